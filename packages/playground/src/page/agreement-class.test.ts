import { expect, test } from 'vitest';
import { agreementClass, agreementSummary } from './agreement-class.js';

const judged = (rank: number) => ({ rank, probability: 0.5, likeliest: 'x' });

test.each([
  [1, 'agrees'],
  [2, 'near'],
  [5, 'near'],
  [6, 'differs'],
])('rank %i %s', (rank, expected) => {
  expect(agreementClass(judged(rank))).toBe(expected);
});

test('the summary counts tokens by class', () => {
  expect(agreementSummary([1, 1, 3, 9].map(judged))).toBe(
    '2 of 4 tokens are what the model as it is would have said, 1 more are among its 5 likeliest.',
  );
});
