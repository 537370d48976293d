import { describe, expect, it } from 'vitest';
import { CONTINUES_WORD, flagSurprising, STAYS_ALONE, surprisingTokens } from './surprise.js';

const flags = (surprise: number[], protection: number[] = surprise.map(() => 0)) => [
  ...flagSurprising(protection, surprise, 4),
];

describe('flagSurprising', () => {
  it('takes the mean of five tokens', () => {
    // Means around the middle: (0 + 5 + 6 + 5 + 5) / 5 = 4.2; its neighbours': 3.2 and 4.2.
    expect(flags([0, 0, 5, 6, 5, 5, 0, 0])).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
    expect(flags([0, 0, 0, 0, 19, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('takes fewer at the ends of a row', () => {
    // (5 + 5 + 3) / 3 and (5 + 5 + 3 + 1) / 4 at the start; (1 + 3 + 8) / 3 is not above 4.
    expect(flags([5, 5, 3, 1, 0, 0, 0])).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(flags([0, 0, 0, 0, 1, 3, 8])).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('lets pieces of a word surprise as much as what they go on with', () => {
    const pieces = [0, 0, 0, CONTINUES_WORD, CONTINUES_WORD, 0, 0];
    // 0 0 7 7 7 0 0: 14 / 5 at the second, 21 / 5 in the word and behind its ends.
    expect(flags([0, 0, 7, 0, 0, 0, 0], pieces)).toEqual([0, 0, 1, 1, 1, 0, 0]);
    expect(flags([0, 0, 7, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('leaves alone what is protected by itself, and nothing for going on with a word', () => {
    expect(flags([0, 0, 0], [STAYS_ALONE, CONTINUES_WORD, STAYS_ALONE | CONTINUES_WORD])).toEqual([1, 0, 1]);
  });
});

it('leaves padding out of each row', () => {
  const sizes = { shape: [2, 5], data: Float32Array.of(1, 1, 1, 1, 1, 0, 0, 1, 1, 1) };
  const protection = { shape: [2, 5], data: new Int32Array(10) };
  const surprise = { shape: [2, 5, 1], data: Float32Array.of(0, 0, 0, 0, 0, 99, 99, 5, 5, 3) };
  const { shape, data } = surprisingTokens({ sizes, protection, surprise }, { threshold: 4 });
  expect(shape).toEqual([2, 5]);
  expect([...data]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
});
