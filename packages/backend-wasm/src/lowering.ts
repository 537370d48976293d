import { composedLowering, type LoweringTable } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import { wasmAttention } from './attention.js';
import { heapRmsNorm } from './heap/rms-norm.js';
import { heapRope } from './heap/rope.js';

/** Up to this many numbers a loop over the heap is faster than a handful of tfjs kernels. */
const FEW_NUMBERS = 8192;

/** How the wasm backend lowers ops: the composed table with what WebAssembly does better in place of it. */
export const wasmLowering: LoweringTable = {
  ...composedLowering,
  attention: wasmAttention,
  rmsNorm(context, inputs, attributes) {
    const [x, weight] = inputs as [Tensor, Tensor];
    return x.size <= FEW_NUMBERS
      ? heapRmsNorm(context.tf, x, weight, attributes.eps)
      : composedLowering.rmsNorm(context, inputs, attributes);
  },
  /** tfjs broadcasts the tables over the heads, which lie in the middle, element by element: a loop is ten times faster. */
  rope: ({ tf }, inputs, { interleaved }) => heapRope(tf, inputs as [Tensor, Tensor, Tensor], interleaved),
};
