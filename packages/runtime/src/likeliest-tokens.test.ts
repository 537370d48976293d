import { expect, it } from 'vitest';
import { topTokens } from './likeliest-tokens.js';

it('picks the same tokens as sorting all of them, equal ones by id', () => {
  const logits = Float32Array.from({ length: 500 }, (_, i) => ((i * 37) % 101) - 50);
  const sorted = Array.from(logits, (logit, id) => ({ logit, id }))
    .sort((a, b) => b.logit - a.logit || a.id - b.id)
    .map(({ id }) => id);
  expect(topTokens(logits, 5)).toEqual(sorted.slice(0, 5));
  expect(topTokens(logits, 64)).toEqual(sorted.slice(0, 64));
  expect(topTokens(logits, 65)).toEqual(sorted.slice(0, 65));
});
