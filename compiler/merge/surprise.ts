import { type HostArray, validTokens } from '../host/host-array.js';

/** Bits of a token's protection, where surprise protects too. */
export const STAYS_ALONE = 1;
/** The token goes on with the word of the one before it. */
export const CONTINUES_WORD = 2;

/** Tokens on either side of one whose surprise counts for it. */
export const SURPRISE_REACH = 2;

/** What tells from a state behind a layer how surprising its token was: about −log p of it, as weights · state + bias, in nats. */
export interface SurpriseProbe {
  readonly weights: ArrayLike<number>;
  readonly bias: number;
  /** The mean surprise, in nats, above which tokens stay alone where a merge names no other. */
  readonly threshold: number;
}

/**
 * The mean surprise of the five tokens around each of a row, it in the middle; at the ends of the row there are fewer. Prose surprises now
 * and then; what was drawn at random does so word after word. A piece of a word surprises at least as much as the piece before it: once it
 * began, a word is no surprise, but belongs together.
 *
 * @param protection bits of each token
 * @param surprise of each token, in nats
 */
export function meanSurprise(protection: ArrayLike<number>, surprise: ArrayLike<number>): number[] {
  const ofWord: number[] = [];
  for (let i = 0; i < surprise.length; i++) {
    const own = surprise[i] as number;
    const continues = i > 0 && ((protection[i] as number) & CONTINUES_WORD) !== 0;
    ofWord.push(continues ? Math.max(own, ofWord[i - 1] as number) : own);
  }
  return ofWord.map((_, i) => {
    const around = ofWord.slice(Math.max(0, i - SURPRISE_REACH), i + SURPRISE_REACH + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}

/**
 * Which of a row's tokens stay alone: those that do by themselves, and those around which the mean surprise is above the threshold.
 *
 * @param protection bits of each token
 * @param surprise of each token, in nats
 * @returns 1 for tokens that stay alone, else 0
 */
export function flagSurprising(
  protection: ArrayLike<number>,
  surprise: ArrayLike<number>,
  threshold: number,
): Uint8Array {
  return Uint8Array.from(meanSurprise(protection, surprise), (mean, i) =>
    ((protection[i] as number) & STAYS_ALONE) !== 0 || mean > threshold ? 1 : 0,
  );
}

/** `flagSurprising` of each row, padding left out. */
export function surprisingTokens(
  {
    sizes,
    protection,
    surprise,
  }: { readonly sizes: HostArray; readonly protection: HostArray; readonly surprise: HostArray },
  { threshold }: { readonly threshold: number },
): HostArray {
  const [, width = 0] = sizes.shape;
  const data = new Int32Array(sizes.data.length);
  validTokens(sizes).forEach((tokens, row) => {
    const of = ({ data: values }: HostArray) => tokens.map((token) => values[row * width + token] as number);
    const flags = flagSurprising(of(protection), of(surprise), threshold);
    tokens.forEach((token, i) => {
      data[row * width + token] = flags[i] as number;
    });
  });
  return { shape: sizes.shape, data };
}
