import { describe, expect, it } from 'vitest';
import { mergeTail, settledSlots, tailSlots } from './merge-tail.js';

const sizes = (...rows: number[][]) => ({
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});
const plan = (...rows: number[][][]) => ({
  shape: [rows.length, rows[0]!.length, rows[0]![0]!.length],
  data: Int32Array.from(rows.flat(2)),
});
const taken = ({ shape, data }: { shape: readonly number[]; data: ArrayLike<number> }) =>
  Array.from({ length: shape[0]! }, (_, row) =>
    Array.from({ length: shape[1]! }, (_, i) => data[(row * shape[1]! + i) * 3]).filter(
      (token) => token !== -1,
    ),
  );

/** One row of six tokens at positions from `first` on. */
function tailOf(slots: number[][], { first = 0, keepStart = 0, marked = [] as number[] } = {}) {
  const row = [0, 1, 2, 3, 4, 5];
  const extents = { shape: [1, 6, 2], data: Int32Array.from(row.flatMap((i) => [first + i, first + i])) };
  const protection = { shape: [1, 6], data: Int32Array.from(row, (i) => (marked.includes(i) ? 1 : 0)) };
  const attributes = { keepStart, domain: 'tokens/tail@0', symbol: 'T0' };
  return taken(
    mergeTail({ extents, sizes: sizes([1, 1, 1, 1, 1, 1]), plan: plan(slots), protection }, attributes),
  )[0];
}

describe('mergeTail', () => {
  const pairs = [
    [0, -1, 0],
    [1, 2, 1],
  ];

  it.each<[string, number[][], object, number[]]>([
    ['what follows the last pair', [...pairs, [3, 4, 1], [5, -1, 0]], {}, [5]],
    ['a token that waits for a partner', [...pairs, [3, -1, 1], [4, -1, 0], [5, -1, 0]], {}, [3, 4, 5]],
    ['no protected token', [...pairs, [3, -1, 1], [4, -1, 0], [5, -1, 0]], { marked: [3] }, [4, 5]],
    ['none before a protected one', [...pairs, [3, -1, 1], [4, -1, 1], [5, -1, 0]], { marked: [4] }, [5]],
    [
      'all behind the kept start where nothing merges',
      [0, 1, 2, 3, 4, 5].map((i) => [i, -1, 0]),
      { keepStart: 2 },
      [2, 3, 4, 5],
    ],
    [
      'all where the kept start lies before them',
      [0, 1, 2, 3, 4, 5].map((i) => [i, -1, 0]),
      { keepStart: 2, first: 7 },
      [0, 1, 2, 3, 4, 5],
    ],
    [
      'all tokens that wait for the rest of their group',
      [
        [0, 1, 2, 1],
        [3, -1, -1, 1],
        [4, -1, -1, 1],
        [5, -1, -1, 0],
      ],
      {},
      [3, 4, 5],
    ],
    [
      'none that a protected token keeps alone',
      [
        [0, -1, -1, 0],
        [1, -1, -1, 1],
        [2, -1, -1, 1],
        [3, -1, -1, 1],
        [4, -1, -1, 1],
        [5, -1, -1, 1],
      ],
      { marked: [3] },
      [4, 5],
    ],
  ])('holds %s', (_, slots, options, expected) => {
    expect(tailOf(slots, options)).toEqual(expected);
  });
});

describe('settledSlots', () => {
  it('are all valid ones but as many at the end as the tail has tokens, of each row', () => {
    const cached = sizes([1, 2, 1, 0, 1, 1], [0, 0, 0, 0, 1, 2]);
    expect(taken(settledSlots(cached, sizes([0, 1, 1], [0, 0, 0])))).toEqual([
      [0, 1, 2],
      [4, 5],
    ]);
  });
});

describe('tailSlots', () => {
  it('are the last valid ones of each row, laid out as the tail is', () => {
    const cached = sizes([1, 2, 1, 0, 1, 1], [0, 1, 1, 1, 1, 2], [0, 0, 0, 1, 1, 1]);
    const tail = sizes([0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 1, 1]);
    const { shape, data } = tailSlots(cached, tail);
    expect(shape).toEqual([3, 4, 3]);
    const single = (slot: number) => [slot, -1, 0];
    expect([...data]).toEqual([-1, 4, -1, 5, -1, -1, -1, -1, 3, -1, 4, 5].flatMap(single));
  });
});
