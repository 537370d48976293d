import type { Checkpoint } from '@geodesic/weights';
import { expect, it } from 'vitest';
import { storedShape, weightReader } from './stored-weight.js';

/** A checkpoint whose tensors are these matrices, [rows][columns] each, or a vector of one row. */
function checkpointOf(matrices: readonly (readonly (readonly number[])[])[]): Checkpoint {
  return {
    format: 'safetensors',
    tensors: new Map(),
    metadata: new Map(),
    names: () => ['t'],
    readFloat32: async (_name, { transposed = false, matrix = 0 } = {}) => {
      const rows = matrices[matrix] ?? [];
      const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as number));
      return Float32Array.from((transposed ? columns : rows).flat());
    },
    readBlocks: async () => undefined,
    close: async () => {},
  };
}

it('a vector is a matrix of one output feature', async () => {
  const stored = { name: 't', layout: 'vector' } as const;
  expect(storedShape(stored, [3, 1])).toEqual([3]);
  expect([...(await weightReader(checkpointOf([[[1, 2, 3]]]))(stored, [3, 1]))]).toEqual([1, 2, 3]);
});

it('parts of fused matrices in one stack are those of their own matrix', async () => {
  const read = weightReader(
    checkpointOf([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]),
  );
  const part = (index: number, start: number) => {
    const stored = {
      name: 't',
      matrix: { index, of: 2 },
      rows: { groups: 1, of: 2, start, size: 1 },
    };
    expect(storedShape(stored, [2, 1])).toEqual([2, 2, 2]);
    return read(stored, [2, 1]);
  };
  const parts: number[][] = [];
  for (const index of [0, 1]) for (const start of [0, 1]) parts.push([...(await part(index, start))]);
  expect(parts).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
});
