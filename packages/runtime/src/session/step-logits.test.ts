import { expect, it } from 'vitest';
import { everyLogits, lastLogits } from './step-logits.js';

const data = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

it('the last logits are those of the last slot', () => {
  expect([...lastLogits({ logits: { shape: [1, 4, 3], data } })]).toEqual([9, 10, 11]);
  expect([...lastLogits({ logits: { shape: [1, 12], data } })]).toEqual([...data]);
});

it('all logits are those of each row, or of each slot of each row', () => {
  const rows = everyLogits({ logits: { shape: [3, 4], data } });
  expect(rows.map((row) => [...row])).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ]);
  const slots = everyLogits({ logits: { shape: [2, 3, 2], data } });
  expect(slots.map(([first]) => first)).toEqual([0, 2, 4, 6, 8, 10]);
});
