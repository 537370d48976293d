import type { Tfjs } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import { onHeap } from './heap-kernel.js';

/** x / √(mean(x²) + eps) · weight over the last axis, row by row. */
export function heapRmsNorm(tf: Tfjs, x: Tensor, weight: Tensor, eps: number): Tensor {
  return onHeap(tf, [x, weight], x.shape, (output, states, scale) => {
    const features = (scale as Float32Array).length;
    for (let start = 0; start < output.length; start += features) {
      normRow(output, states as Float32Array, scale as Float32Array, start, eps);
    }
  });
}

function normRow(
  output: Float32Array,
  states: Float32Array,
  scale: Float32Array,
  start: number,
  eps: number,
): void {
  const features = scale.length;
  let squares = 0;
  for (let i = 0; i < features; i++) squares += states[start + i]! * states[start + i]!;
  const factor = 1 / Math.sqrt(squares / features + eps);
  for (let i = 0; i < features; i++) output[start + i] = states[start + i]! * factor * scale[i]!;
}
