/** An answer loops where more than this share of its 4-grams were there before: running text stays below a tenth. */
export const LOOP_SHARE = 0.5;

const GRAM = 4;

/**
 * The share of an answer's 4-grams that occurred in it before: 1 − distinct / all. 0 for an answer of fewer than 4 tokens.
 *
 * @param tokens ids
 */
export function repeatedShare(tokens: readonly number[]): number {
  const grams = tokens.length - GRAM + 1;
  if (grams < 1) return 0;
  const distinct = new Set(Array.from({ length: grams }, (_, i) => tokens.slice(i, i + GRAM).join(' ')));
  return 1 - distinct.size / grams;
}
