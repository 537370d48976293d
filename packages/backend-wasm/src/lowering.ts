import {
  attentionWith,
  batchedScores,
  batchedValues,
  composedLowering,
  type LoweringTable,
  type Tfjs,
} from '@geodesic/backend';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * tfjs' wasm kernel multiplies matrices of one batch with XNNPACK and larger batches, or transposed operands, with a plain
 * loop, ten times slower on large products. From this many rows on it pays to multiply batch by batch.
 */
const ROWS_WORTH_SPLITTING = 8;

/** How the wasm backend lowers ops: the composed table with what WebAssembly does better in place of it. */
export const wasmLowering: LoweringTable = {
  ...composedLowering,
  attention: attentionWith(
    (tf, q, k) =>
      q.shape[1] < ROWS_WORTH_SPLITTING
        ? batchedScores(tf, q, k)
        : productByBatch(tf, q, tf.transpose(k, [0, 2, 1])),
    (tf, probabilities, v) =>
      probabilities.shape[1] < ROWS_WORTH_SPLITTING
        ? batchedValues(tf, probabilities, v)
        : productByBatch(tf, probabilities, v),
  ),
};

/** a [batch, m, k] · b [batch, k, n] as `batch` products of two matrices. */
function productByBatch(tf: Tfjs, a: Tensor3D, b: Tensor3D): Tensor3D {
  const rights = tf.unstack(b);
  const products = tf.unstack(a).map((left, i) => tf.matMul(left as Tensor2D, rights[i] as Tensor2D));
  return tf.stack(products) as Tensor3D;
}
