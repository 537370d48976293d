import type { MergeRanks } from './tokenizer-json.js';

/**
 * BPE ranks that give what SentencePiece (and llama.cpp's `llm_tokenizer_spm`) does with scores: of all neighbours whose
 * union is a token, join those of the highest score first. A pair's rank is that of its union, so nothing is listed: a
 * large vocabulary has twice as many pairs as tokens.
 *
 * @param ids token ids by text
 * @param scores by id, or empty, where all tokens are alike
 */
export function sentencePieceRanks(ids: ReadonlyMap<string, number>, scores: ArrayLike<number>): MergeRanks {
  const negated = Float64Array.from(scores, (score) => -score).sort();
  return {
    get(pair) {
      const [left, right]: [string, string] = JSON.parse(pair);
      const id = ids.get(left + right);
      // Not the score itself: the library adds fractions to ranks, so they must be whole.
      return id === undefined ? undefined : firstNotBelow(negated, -(scores[id] ?? 0));
    },
  };
}

/** The first place in ascending numbers with one that is not below `value`. */
function firstNotBelow(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
