import { expect, it } from 'vitest';
import { CONTINUES_WORD } from './protection-bits.js';
import { meanSurprise, surpriseOfWords } from './surprise.js';

const means = (surprise: number[], protection: number[] = surprise.map(() => 0)) =>
  meanSurprise(protection, surprise).map((mean) => Number(mean.toFixed(2)));

it('is the mean of five tokens', () => {
  expect(means([0, 0, 5, 6, 5, 5, 0, 0])).toEqual([1.67, 2.75, 3.2, 4.2, 4.2, 3.2, 2.5, 1.67]);
});

it('is that of fewer at the ends of a row', () => {
  expect(means([5, 5, 3])).toEqual([4.33, 4.33, 4.33]);
  expect(means([7])).toEqual([7]);
});

it('lets pieces of a word surprise as much as what they go on with', () => {
  const pieces = [CONTINUES_WORD, 0, CONTINUES_WORD, CONTINUES_WORD, 0];
  expect(surpriseOfWords(pieces, [1, 7, 2, 9, 3])).toEqual([1, 7, 7, 9, 3]);
  expect(means([0, 0, 7, 0, 0, 0], [0, 0, 0, CONTINUES_WORD, 0, 0])).toEqual([
    2.33, 3.5, 2.8, 2.8, 3.5, 2.33,
  ]);
});
