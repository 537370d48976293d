import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowering-table.js';
import type { Tfjs } from '../tfjs.js';

/** The product of two batches of matrices: a [groups, m, k] · b [groups, k, n] → [groups, m, n]. */
export type BatchedProduct = (tf: Tfjs, a: Tensor3D, b: Tensor3D) => Tensor;

/** Sizes of one attention. */
export interface AttentionSizes {
  readonly rows: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly dim: number;
  readonly valueDim: number;
}

/** Reads the sizes from q [B, N, heads, dim] and v [B, T, keyValueHeads, valueDim]. */
export function attentionSizes(q: Tensor, v: Tensor): AttentionSizes {
  const [rows, queries, heads, dim] = q.shape as [number, number, number, number];
  const [, keys, keyValueHeads, valueDim] = v.shape as [number, number, number, number];
  return { rows, queries, keys, heads, keyValueHeads, dim, valueDim };
}

/**
 * Attention by a given batched product. Heads come to the front, and the query heads that share a key-value head are stacked
 * along the rows, so that both operands have [B · keyValueHeads] batches and nothing is repeated.
 */
export function attentionWith(product: BatchedProduct): Lowering<'attention'> {
  return ({ tf }, [q, k, v, mask], { scale }) => {
    const { rows, queries, keys, heads, keyValueHeads, dim, valueDim } = attentionSizes(
      q as Tensor,
      v as Tensor,
    );
    const groups = rows * keyValueHeads;
    const stacked = (heads / keyValueHeads) * queries;
    const headsFirst = (x: Tensor) => tf.transpose(x as Tensor4D, [0, 2, 1, 3]);
    const scaled = tf.reshape(headsFirst(tf.mul(q as Tensor, scale)), [groups, stacked, dim]);
    const keysLast = tf.reshape(tf.transpose(k as Tensor4D, [0, 2, 3, 1]), [groups, dim, keys]);
    const scores = tf.reshape(product(tf, scaled as Tensor3D, keysLast as Tensor3D), [
      rows,
      heads,
      queries,
      keys,
    ]);
    const probabilities = tf.reshape(tf.softmax(tf.add(scores, mask as Tensor)), [groups, stacked, keys]);
    const values = tf.reshape(headsFirst(v as Tensor), [groups, keys, valueDim]);
    const context = product(tf, probabilities as Tensor3D, values as Tensor3D);
    return headsFirst(tf.reshape(context, [rows, heads, queries, valueDim]));
  };
}

export const attention = attentionWith((tf, a, b) => tf.matMul(a, b));
