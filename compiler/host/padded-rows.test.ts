import { expect, it } from 'vitest';
import { padRows, protectionOf } from './padded-rows.js';

it('pads rows on the left and counts positions from where each row is', () => {
  expect(padRows([[7], [4, 5, 6]], [10, 0])).toEqual({
    ids: { shape: [2, 3], data: Int32Array.of(0, 0, 7, 4, 5, 6) },
    positionIds: { shape: [2, 3], data: Float32Array.of(0, 0, 10, 0, 1, 2) },
    extents: { shape: [2, 3, 2], data: Int32Array.of(-1, -1, -1, -1, 10, 10, 0, 0, 1, 1, 2, 2) },
    sizes: { shape: [2, 3], data: Float32Array.of(0, 0, 1, 1, 1, 1) },
    lengths: { shape: [2], data: Int32Array.of(11, 3) },
  });
});

it.each([[[]], [[[], []]]])('refuses %j, which has no tokens', (rows) => {
  expect(() => padRows(rows, [0, 0])).toThrow(expect.objectContaining({ code: 'run.empty' }));
});

it('takes one flag for each token, and protects nothing without flags', () => {
  const rows = [[7], [4, 5, 6]];
  expect(protectionOf(rows, [[1], [0, 1, 0]])).toEqual({
    shape: [2, 3],
    data: Int32Array.of(0, 0, 1, 0, 1, 0),
  });
  expect(protectionOf(rows)).toEqual({ shape: [2, 3], data: new Int32Array(6) });
});

it.each([
  [[[1], [0, 1]], '2 flags in row 1 instead of 3'],
  [[[1]], 'no flags in row 1 instead of 3'],
  [[[1], [0, 1, 0], [0]], '3 rows instead of 2'],
])('refuses the flags %j', (flags, message) => {
  expect(() => protectionOf([[7], [4, 5, 6]], flags)).toThrow(
    expect.objectContaining({ code: 'run.input', message: expect.stringContaining(message) }),
  );
});
