import { expect, it } from 'vitest';
import { comparePredictions, meanComparison, negativeLogLikelihood } from './compare-predictions.js';

/** Logits whose softmax is known. */
const logits = (...shares: number[]) => Float32Array.from(shares, Math.log);

it('compares two predictions', () => {
  const base = logits(0.4, 0.3, 0.1, 0.1, 0.05, 0.05);
  const variant = logits(0.1, 0.3, 0.25, 0.2, 0.05, 0.1);
  const { kl, ...rest } = comparePredictions(base, variant);
  const expected = 0.4 * Math.log(4) + 0.1 * Math.log(0.4) + 0.1 * Math.log(0.5) + 0.05 * Math.log(0.5);
  // Logits are rounded to float32.
  expect(kl).toBeCloseTo(expected, 6);
  // The base's first token is the variant's fourth (0 and 5 tie, ties by id); of the base's 0 to 4 the variant has 0, 1, 2, 3.
  expect(rest).toEqual({ top1: 0, top3: 0, top5: 1, overlap5: 0.8 });
});

it('finds nothing to tell apart in the same prediction', () => {
  const same = logits(0.5, 0.2, 0.1, 0.1, 0.05, 0.05);
  expect(comparePredictions(same, same)).toEqual({ kl: 0, top1: 1, top3: 1, top5: 1, overlap5: 1 });
});

it('averages over positions', () => {
  const one = { kl: 1, top1: 1, top3: 1, top5: 1, overlap5: 0.2 };
  const other = { kl: 3, top1: 0, top3: 1, top5: 1, overlap5: 0.6 };
  expect(meanComparison([one, other])).toEqual({ kl: 2, top1: 0.5, top3: 1, top5: 1, overlap5: 0.4 });
});

it('takes the negative log likelihood of a token', () => {
  expect(negativeLogLikelihood(logits(0.25, 0.5, 0.25), 1)).toBeCloseTo(Math.log(2), 6);
});
