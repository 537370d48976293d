import { expect, it } from 'vitest';
import { klDivergence, topTokens } from './likeliest-tokens.js';

it('the KL divergence leaves out what the base never says', () => {
  const even = Float32Array.of(0, 0, Number.NEGATIVE_INFINITY);
  expect(klDivergence(even, even)).toBe(0);
  expect(klDivergence(even, Float32Array.of(0, 0, 0))).toBeCloseTo(Math.log(1.5), 12);
  expect(klDivergence(Float32Array.of(0, 0, 0), even)).toBe(Number.POSITIVE_INFINITY);
});

it('picks the same tokens as sorting all of them, equal ones by id', () => {
  const logits = Float32Array.from({ length: 500 }, (_, i) => ((i * 37) % 101) - 50);
  const sorted = Array.from(logits, (logit, id) => ({ logit, id }))
    .sort((a, b) => b.logit - a.logit || a.id - b.id)
    .map(({ id }) => id);
  expect(topTokens(logits, 5)).toEqual(sorted.slice(0, 5));
  expect(topTokens(logits, 64)).toEqual(sorted.slice(0, 64));
  expect(topTokens(logits, 65)).toEqual(sorted.slice(0, 65));
});
