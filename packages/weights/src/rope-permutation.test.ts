import { expect, test } from 'vitest';
import { unpermuteRope, unpermuteRopeColumns } from './rope-permutation.js';

/** convert_hf_to_gguf.py: weights.reshape(heads, 2, headDim / 2, inFeatures).swapaxes(1, 2).reshape(weights.shape) */
function permute(rows: Float32Array, heads: number, headDim: number, inFeatures: number): Float32Array {
  const half = headDim / 2;
  const out = new Float32Array(rows.length);
  let to = 0;
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < half; i++) {
      for (let side = 0; side < 2; side++) {
        const from = (head * headDim + side * half + i) * inFeatures;
        out.set(rows.subarray(from, from + inFeatures), to);
        to += inFeatures;
      }
    }
  }
  return out;
}

test.each([
  [3, 8, 5],
  [1, 2, 1],
  [9, 64, 2],
])('undoes the converter with %i heads of %i over %i features', (heads, headDim, inFeatures) => {
  const width = heads * headDim;
  const rows = Float32Array.from({ length: width * inFeatures }, (_, i) => i);
  const permuted = permute(rows, heads, headDim, inFeatures);
  expect(unpermuteRope(permuted, heads, headDim, inFeatures)).toEqual(rows);
  const transposed = (m: Float32Array) =>
    rows.map((_, i) => m[(i % width) * inFeatures + Math.floor(i / width)] ?? 0);
  expect(unpermuteRopeColumns(transposed(permuted), heads, headDim, inFeatures)).toEqual(transposed(rows));
});
