import { CONTINUES_WORD } from './protection-bits.js';

/** Tokens on either side of one whose surprise counts for it. */
export const SURPRISE_REACH = 2;

/** What tells from a state behind a layer how surprising its token was: about −log p of it, as weights · state + bias, in nats. */
export interface SurpriseProbe {
  readonly weights: ArrayLike<number>;
  readonly bias: number;
  /** The mean surprise, in nats, above which tokens mark a passage that stays alone, where a merge names no other. */
  readonly threshold: number;
}

/**
 * How surprising each token's word was until then. A piece of a word, and punctuation behind it, surprises at least as much as the piece
 * before it: once it began, a word is no surprise, but belongs together.
 *
 * @param protection bits of each token
 * @param surprise of each token, in nats
 */
export function surpriseOfWords(protection: ArrayLike<number>, surprise: ArrayLike<number>): number[] {
  const ofWord: number[] = [];
  for (let i = 0; i < surprise.length; i++) {
    const own = surprise[i] as number;
    const continues = i > 0 && ((protection[i] as number) & CONTINUES_WORD) !== 0;
    ofWord.push(continues ? Math.max(own, ofWord[i - 1] as number) : own);
  }
  return ofWord;
}

/**
 * The mean of `surpriseOfWords` of the five tokens around each of a row, it in the middle; at the ends of the row there are fewer. Prose
 * surprises now and then; what was drawn at random does so word after word.
 *
 * @param protection bits of each token
 * @param surprise of each token, in nats
 */
export function meanSurprise(protection: ArrayLike<number>, surprise: ArrayLike<number>): number[] {
  return meansOfFive(surpriseOfWords(protection, surprise));
}

/** The mean of the five numbers around each, it in the middle; at the ends there are fewer. */
export function meansOfFive(numbers: readonly number[]): number[] {
  return numbers.map((_, i) => {
    const around = numbers.slice(Math.max(0, i - SURPRISE_REACH), i + SURPRISE_REACH + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}
