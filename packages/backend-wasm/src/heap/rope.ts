import type { Tfjs } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import { onHeap } from './heap-kernel.js';

export type RopeOperands = readonly [x: Tensor, cos: Tensor, sin: Tensor];

/** x · cos + swapped(x) · sin: x [B, N, heads, dim], tables [B, N, 1, rotaryDim]; features past rotaryDim stay. */
export function heapRope(tf: Tfjs, [x, cos, sin]: RopeOperands, interleaved: boolean): Tensor {
  const [, , heads, dim] = x.shape as [number, number, number, number];
  const rotary = cos.shape[3] as number;
  return onHeap(tf, [x, cos, sin], x.shape, (output, states, cosines, sines) => {
    output.set(states as Float32Array);
    for (let head = 0; head * dim < output.length; head++) {
      const table = Math.floor(head / heads) * rotary;
      const turn = interleaved ? turnNeighbours : turnHalves;
      turn(output, [states!, cosines!, sines!], head * dim, table, rotary);
    }
  });
}

type Operands = readonly [states: Float32Array, cosines: Float32Array, sines: Float32Array];

/** Turns feature i of the head at `start` with feature i + rotary / 2. */
function turnHalves(
  output: Float32Array,
  [states, cosines, sines]: Operands,
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

/** Turns feature 2i of the head at `start` with feature 2i + 1. */
function turnNeighbours(
  output: Float32Array,
  [states, cosines, sines]: Operands,
  start: number,
  table: number,
  rotary: number,
): void {
  for (let i = 0; i < rotary; i++) {
    const partner = i % 2 === 0 ? i + 1 : i - 1;
    output[start + i] =
      states[start + i]! * cosines[table + i]! + states[start + partner]! * sines[table + i]!;
  }
}
