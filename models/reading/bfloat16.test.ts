import { expect, it } from 'vitest';
import { toBfloat16 } from './bfloat16.js';

it.each([
  [0.25, 0.25],
  [-1, -1],
  [0, 0],
  [2 ** -0.25, 0.83984375],
  [1 + 2 ** -9, 1],
  // Halfway between two: the even one.
  [1 + 2 ** -8, 1],
  [1 + 3 * 2 ** -8, 1 + 2 ** -6],
  [1 + 2 ** -8 + 2 ** -20, 1 + 2 ** -7],
])('%d is rounded to the bfloat16 %d', (value, expected) => {
  expect(toBfloat16(value)).toBe(expected);
});
