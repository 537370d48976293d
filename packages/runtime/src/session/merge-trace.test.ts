import { expect, it } from 'vitest';
import { mergeTrace } from './merge-trace.js';

it('lists the slots of each row without its padding, a slot of one member as not merged whichever it is', () => {
  const trace = mergeTrace(
    'tokens/2@3',
    {
      shape: [2, 3, 3],
      data: Int32Array.of(
        ...[0, -1, 0],
        ...[1, 2, 1],
        ...[-1, 3, 1],
        ...[-1, -1, 0],
        ...[-1, -1, 0],
        ...[4, 5, 1],
      ),
    },
    { shape: [2, 3, 2], data: Int32Array.of(0, 0, 1, 2, 3, 3, -1, -1, -1, -1, 0, 1) },
    Float32Array.of(1, 1, 0.5, 2, 1, 1, 1, 1, 1, 1, -0.25, 4),
  );
  expect(trace).toEqual({
    domain: 'tokens/2@3',
    rows: [
      [
        { extent: [0, 0], merged: false, cosine: 1, normRatio: 1 },
        { extent: [1, 2], merged: true, cosine: 0.5, normRatio: 2 },
        { extent: [3, 3], merged: false, cosine: 1, normRatio: 1 },
      ],
      [{ extent: [0, 1], merged: true, cosine: -0.25, normRatio: 4 }],
    ],
  });
});
