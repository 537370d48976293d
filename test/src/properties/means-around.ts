import type { SurpriseProbe } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';

/** Letters, and bytes of characters, go on with a word; digits, punctuation, the end and what has a space before it don't. */
function continues(tokenizer: Tokenizer, id: number): boolean {
  const spelled = tokenizer.idToToken(id);
  return /^[\p{L}\p{M}\ufffd]/u.test(tokenizer.decode([id])) && !spelled.startsWith('Ġ');
}

/** The mean surprise around each token of a row by a probe, from its states, in float64. */
export function meansAround(
  row: readonly number[],
  states: ArrayLike<number>,
  { weights, bias }: Pick<SurpriseProbe, 'weights' | 'bias'>,
  tokenizer: Tokenizer,
): number[] {
  const width = weights.length;
  const own = row.map((_, i) => {
    let sum = bias;
    for (let j = 0; j < width; j++) sum += weights[j]! * states[i * width + j]!;
    return sum;
  });
  const ofWord: number[] = [];
  row.forEach((id, i) => {
    ofWord[i] = i > 0 && continues(tokenizer, id) ? Math.max(own[i]!, ofWord[i - 1]!) : own[i]!;
  });
  return row.map((_, i) => {
    const near = [-2, -1, 0, 1, 2].map((step) => ofWord[i + step]).filter((value) => value !== undefined);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
