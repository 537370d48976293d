import type { Tokenizer } from '@geodesic/weights';
import type { Draw } from '../tasks/draw.js';

/** Runs of random words that are put in. */
const RUNS = 3;
const FEWEST_WORDS = 3;
const MOST_WORDS = 6;

/**
 * A passage with three runs of three to six random words put in at random places, and as many tokens as before: what stands behind them
 * goes beyond its end. Prose alone seldom surprises as much, and for so long, as what must be repeated word for word.
 *
 * @param passage token ids
 * @param words to draw from
 */
export function withRandomWords(
  passage: readonly number[],
  words: readonly string[],
  tokenizer: Pick<Tokenizer, 'encode'>,
  draw: Draw,
): number[] {
  let ids = [...passage];
  for (let run = 0; run < RUNS; run++) {
    const count = FEWEST_WORDS + draw.below(MOST_WORDS - FEWEST_WORDS + 1);
    const text = Array.from({ length: count }, () => ` ${draw.one(words)}`).join('');
    const at = 1 + draw.below(passage.length - 1);
    ids = [...ids.slice(0, at), ...tokenizer.encode(text, { addSpecialTokens: false }), ...ids.slice(at)];
  }
  return ids.slice(0, passage.length);
}
