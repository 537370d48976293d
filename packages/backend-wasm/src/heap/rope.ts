import type { Tfjs } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import { onHeap } from './heap-kernel.js';

/** x · cos + swapHalves(x) · sin: x [B, N, heads, dim], tables [B, N, 1, rotaryDim]; features past rotaryDim stay. */
export function heapRope(tf: Tfjs, x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const [, , heads, dim] = x.shape as [number, number, number, number];
  const rotary = cos.shape[3] as number;
  return onHeap(tf, [x, cos, sin], x.shape, (output, states, cosines, sines) => {
    output.set(states as Float32Array);
    for (let head = 0; head * dim < output.length; head++) {
      const table = Math.floor(head / heads) * rotary;
      turnHead(output, states!, cosines!, sines!, head * dim, table, rotary);
    }
  });
}

function turnHead(
  output: Float32Array,
  states: Float32Array,
  cosines: Float32Array,
  sines: Float32Array,
  start: number,
  table: number,
  rotary: number,
): void {
  const half = rotary / 2;
  for (let i = 0; i < rotary; i++) {
    const partner = i < half ? i + half : i - half;
    output[start + i] =
      states[start + i]! * cosines[table + i]! + states[start + partner]! * sines[table + i]!;
  }
}
