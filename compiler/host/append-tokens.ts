import type { HostArray } from './host-array.js';

/** [B, P, …] followed by [B, N, …]. */
export function appendTokens(past: HostArray, added: HostArray): HostArray {
  const [rows = 0, before = 0, ...rest] = past.shape;
  const after = added.shape[1] as number;
  const width = rest.reduce((product, size) => product * size, 1);
  const length = rows * (before + after) * width;
  const data = past.data instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
  for (let row = 0; row < rows; row++) {
    const start = row * (before + after) * width;
    data.set(past.data.subarray(row * before * width, (row + 1) * before * width), start);
    data.set(added.data.subarray(row * after * width, (row + 1) * after * width), start + before * width);
  }
  return { shape: [rows, before + after, ...rest], data };
}
