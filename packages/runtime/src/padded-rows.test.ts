import { expect, it } from 'vitest';
import { padRows } from './padded-rows.js';

it('pads rows on the left and counts positions from where each row is', () => {
  expect(padRows([[7], [4, 5, 6]], [10, 0])).toEqual({
    'tokens.ids': { shape: [2, 3], data: Int32Array.of(0, 0, 7, 4, 5, 6) },
    'tokens.positionIds': { shape: [2, 3], data: Float32Array.of(0, 0, 10, 0, 1, 2) },
    'tokens.extents': { shape: [2, 3, 2], data: Int32Array.of(-1, -1, -1, -1, 10, 10, 0, 0, 1, 1, 2, 2) },
    'tokens.sizes': { shape: [2, 3], data: Float32Array.of(0, 0, 1, 1, 1, 1) },
    'tokens.lengths': { shape: [2], data: Int32Array.of(11, 3) },
  });
});

it.each([[[]], [[[], []]]])('refuses %j, which has no tokens', (rows) => {
  expect(() => padRows(rows, [0, 0])).toThrow(expect.objectContaining({ code: 'run.empty' }));
});
