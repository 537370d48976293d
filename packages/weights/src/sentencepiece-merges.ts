/** The merges of a SentencePiece vocabulary: pairs, and each pair's rank. Lower ranks merge first, equal ones left to right. */
export interface RankedMerges {
  readonly pairs: readonly (readonly [string, string])[];
  readonly ranks: Int32Array;
}

// Longer texts are control tokens and the like, never the result of a merge.
const maxTokenLength = 512;

/**
 * BPE merges that give what SentencePiece (and llama.cpp's `llm_tokenizer_spm`) does with scores: of all neighbours whose
 * union is a token, join those of the highest score first. Every way to split a token in two is a merge with the rank of
 * that token's score, where each half is a token or a single character.
 */
export function sentencePieceMerges(tokens: readonly string[], scores: ArrayLike<number>): RankedMerges {
  const known = new Set(tokens);
  const found: { pair: readonly [string, string]; score: number }[] = [];
  tokens.forEach((token, id) => {
    const characters = Array.from(token.length > maxTokenLength ? '' : token);
    let left = '';
    for (let cut = 1; cut < characters.length; cut++) {
      left += characters[cut - 1];
      const right = token.slice(left.length);
      const leftFits = cut === 1 || known.has(left);
      const rightFits = cut === characters.length - 1 || known.has(right);
      if (leftFits && rightFits) found.push({ pair: [left, right], score: scores[id] ?? 0 });
    }
  });
  found.sort((a, b) => b.score - a.score);
  const ranks = new Int32Array(found.length);
  for (let i = 1; i < found.length; i++)
    ranks[i] = ranks[i - 1]! + (found[i]!.score === found[i - 1]!.score ? 0 : 1);
  return { pairs: found.map(({ pair }) => pair), ranks };
}
