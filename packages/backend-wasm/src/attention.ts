import {
  type AttentionSizes,
  attentionGroups,
  attentionSizes,
  capScores,
  headsLast,
  type Lowering,
  type Tfjs,
} from '@geodesic/backend';
import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { heapAttention, LANES } from './heap/attention.js';
import type { HeapBackend } from './heap/heap-kernel.js';
import { simdKernels } from './heap/simd-kernels.js';

/** Below this many queries our own loops are faster than matrix products, whose operands are packed anew each time. */
const QUERIES_WORTH_PRODUCTS = 4;

export const wasmAttention: Lowering<'attention'> = ({ tf }, inputs, attributes) => {
  const sizes = attentionSizes(inputs[0] as Tensor, inputs[2] as Tensor);
  const inLanes = sizes.dim % LANES === 0 && sizes.valueDim % LANES === 0;
  const few = sizes.queries < QUERIES_WORTH_PRODUCTS;
  const kernels = few && inLanes ? simdKernels((tf.backend() as HeapBackend).wasm) : undefined;
  if (kernels !== undefined) return heapAttention(tf, kernels, inputs, attributes);
  return attentionByGroup(tf, inputs, sizes, attributes);
};

/**
 * Attention on two-dimensional products alone, one key-value head after the other: tfjs' wasm kernel multiplies single matrices
 * with XNNPACK, but batches with a plain loop, ten times slower. Only the contexts are put together, never the scores, which
 * are N times T and as large as all else.
 */
function attentionByGroup(
  tf: Tfjs,
  inputs: readonly Tensor[],
  sizes: AttentionSizes,
  { scale, softcap }: OpAttributes['attention'],
): Tensor {
  const { queries, keys, heads, keyValueHeads } = sizes;
  const groups = attentionGroups(tf, inputs, sizes, scale);
  const [queriesOf, keysOf, valuesOf] = [groups.q, groups.keysLast, groups.v].map((batch) =>
    tf.unstack(batch),
  );
  const masks = groupMasks(tf, inputs[3] as Tensor, sizes);
  const contexts = (queriesOf as Tensor2D[]).map((query, group) =>
    tf.tidy(() => {
      const products = tf.matMul(query, keysOf?.[group] as Tensor2D);
      const capped = capScores(tf, products, softcap);
      const stacked = tf.reshape(capped, [heads / keyValueHeads, queries, keys]);
      const scores = tf.add(stacked, masks[Math.floor((group * masks.length) / queriesOf!.length)] as Tensor);
      const probabilities = tf.reshape(tf.softmax(scores), products.shape);
      return tf.matMul(probabilities, valuesOf?.[group] as Tensor2D);
    }),
  );
  return headsLast(tf, tf.stack(contexts), sizes);
}

/** The mask in equal parts for the groups in order: one for each row [1, N, T], or one for each group [heads a group, N, T]. */
function groupMasks(
  tf: Tfjs,
  mask: Tensor,
  { rows, queries, keys, heads, keyValueHeads }: AttentionSizes,
): Tensor[] {
  const shape =
    mask.shape[1] === 1
      ? [rows, 1, queries, keys]
      : [rows * keyValueHeads, heads / keyValueHeads, queries, keys];
  return tf.unstack(tf.reshape(mask, shape));
}
