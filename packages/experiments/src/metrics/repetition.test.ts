import { expect, it } from 'vitest';
import { repeatedShare } from './repetition.js';

it.each([
  [[], 0],
  [[1, 2, 3], 0],
  [[1, 2, 3, 4, 5, 6], 0],
  // Five 4-grams, all the same.
  [[7, 7, 7, 7, 7, 7, 7, 7], 0.8],
  // 1234 2341 3412 4123 1234: the last was there before.
  [[1, 2, 3, 4, 1, 2, 3, 4], 0.2],
  // Ids are no digits: 12 3 is not 1 23.
  [[12, 3, 4, 5, 1, 23, 4, 5], 0],
])('the repeated share of %j is %f', (tokens, share) => {
  expect(repeatedShare(tokens)).toBeCloseTo(share, 12);
});
