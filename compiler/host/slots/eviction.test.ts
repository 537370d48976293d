import { expect, it } from 'vitest';
import type { EvictionPolicy } from '../../ir/ops.js';
import { evictionPlan } from './eviction.js';

/** Two rows of 8 and 6 tokens; the second is padded on the left by 2. Merging would leave 6 slots, and 5. */
const merging = {
  shape: [2, 6, 3],
  data: Int32Array.from(
    [
      [
        [0, -1, 0],
        [1, 2, 1],
        [3, 4, 1],
        [5, -1, 1],
        [6, -1, 0],
        [7, -1, 0],
      ],
      [
        [-1, -1, 0],
        [2, -1, 0],
        [3, 4, 1],
        [5, -1, 1],
        [6, -1, 0],
        [7, -1, 0],
      ],
    ].flat(2),
  ),
};

/** Longest at the ends, which stay all the same; padding is short and stays out. */
const keyNorms = {
  shape: [2, 8, 1],
  data: Float32Array.of(...[9, 5, 1, 4, 3, 2, 9, 9], ...[0, 0, 9, 4, 4, 4, 9, 9]),
};

function kept(policy: EvictionPolicy, keepStart = 1): number[][] {
  const attributes = { policy, keepStart, domain: 'tokens/2@0', symbol: 'N0' };
  const { shape, data } = evictionPlan(merging, attributes, policy === 'key-norm' ? keyNorms : undefined);
  const [rows = 0, slots = 0, columns = 0] = shape;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: slots }, (_, slot) => {
      const [left, right] = data.subarray((row * slots + slot) * columns);
      expect(right).toBe(-1);
      return left as number;
    }).filter((token) => token >= 0),
  );
}

it('leaves as many single tokens as merging would leave slots', () => {
  expect(kept('middle')).toEqual([
    [0, 3, 4, 5, 6, 7],
    [2, 4, 5, 6, 7],
  ]);
  expect(kept('middle', 3)).toEqual([
    [0, 1, 2, 5, 6, 7],
    [2, 3, 4, 6, 7],
  ]);
  expect(kept('middle', 99)).toEqual([
    [0, 1, 2, 3, 4, 5],
    [2, 3, 4, 5, 6],
  ]);
});

it('keeps the shortest keys of the region, of equals the first', () => {
  expect(kept('key-norm')).toEqual([
    [0, 2, 4, 5, 6, 7],
    [2, 3, 4, 6, 7],
  ]);
});

it('leaves the last token alone where all go', () => {
  expect(kept('all')).toEqual([[7], [7]]);
});
