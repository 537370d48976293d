import { expect, it } from 'vitest';
import { klDivergence } from './kl-divergence.js';

it('the KL divergence leaves out what the base never says', () => {
  const even = Float32Array.of(0, 0, Number.NEGATIVE_INFINITY);
  expect(klDivergence(even, even)).toBe(0);
  expect(klDivergence(even, Float32Array.of(0, 0, 0))).toBeCloseTo(Math.log(1.5), 12);
  expect(klDivergence(Float32Array.of(0, 0, 0), even)).toBe(Number.POSITIVE_INFINITY);
});
