import { attentionWith, type Lowering } from '@geodesic/backend';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { heapAttention, LANES } from './heap/attention.js';
import type { HeapBackend } from './heap/heap-kernel.js';
import { simdKernels } from './heap/simd-kernels.js';

/** Below this many queries our own loops are faster than matrix products, whose operands are packed anew each time. */
const QUERIES_WORTH_PRODUCTS = 4;

export const wasmAttention: Lowering<'attention'> = (context, inputs, attributes) => {
  const [q, , v] = inputs as [Tensor, Tensor, Tensor];
  const inLanes = (q.shape[3] as number) % LANES === 0 && (v.shape[3] as number) % LANES === 0;
  const few = (q.shape[1] as number) < QUERIES_WORTH_PRODUCTS;
  const kernels = few && inLanes ? simdKernels((context.tf.backend() as HeapBackend).wasm) : undefined;
  if (kernels !== undefined) return heapAttention(context.tf, kernels, inputs, attributes.scale);
  return attentionByHead(context, inputs, attributes);
};

/**
 * Attention on two-dimensional products alone: tfjs' wasm kernel multiplies single matrices with XNNPACK, but batches with a
 * plain loop, ten times slower.
 */
const attentionByHead = attentionWith((tf, a, b) => {
  const rights = tf.unstack(b);
  return tf.stack(tf.unstack(a).map((left, i) => tf.matMul(left as Tensor2D, rights[i] as Tensor2D)));
});
