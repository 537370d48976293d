import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../device.js';
import type { Lowering } from '../lowering-table.js';

/** q · kᵀ for a batch: q [groups, rows, dim], k [groups, T, dim] → [groups, rows, T]. */
export type ScoreProduct = (tf: Tfjs, q: Tensor3D, k: Tensor3D) => Tensor;
/** probabilities · v for a batch: [groups, rows, T] · [groups, T, dim] → [groups, rows, dim]. */
export type ValueProduct = (tf: Tfjs, probabilities: Tensor3D, v: Tensor3D) => Tensor;

/**
 * Attention with given batched products. The query heads that share a key-value head are stacked along the rows, so that the
 * batches of both operands are [B · keyValueHeads] and nothing has to be repeated.
 */
export function attentionWith(scoreProduct: ScoreProduct, valueProduct: ValueProduct): Lowering<'attention'> {
  return ({ tf }, [q, k, v, mask], { scale }) => {
    const [rows, heads, queries, dim] = (q as Tensor).shape as [number, number, number, number];
    const [, keyValueHeads, keys, valueDim] = (v as Tensor).shape as [number, number, number, number];
    const groups = rows * keyValueHeads;
    const stacked = (heads / keyValueHeads) * queries;
    const scaled = tf.reshape(tf.mul(q as Tensor, scale), [groups, stacked, dim]) as Tensor3D;
    const scores = scoreProduct(tf, scaled, tf.reshape(k as Tensor, [groups, keys, dim]) as Tensor3D);
    const masked = tf.add(tf.reshape(scores, [rows, heads, queries, keys]), mask as Tensor);
    const probabilities = tf.reshape(tf.softmax(masked), [groups, stacked, keys]) as Tensor3D;
    const context = valueProduct(
      tf,
      probabilities,
      tf.reshape(v as Tensor, [groups, keys, valueDim]) as Tensor3D,
    );
    return tf.reshape(context, [rows, heads, queries, valueDim]);
  };
}

export const batchedScores: ScoreProduct = (tf, q, k) => tf.matMul(q, k, false, true);
export const batchedValues: ValueProduct = (tf, probabilities, v) => tf.matMul(probabilities, v);

export const attention = attentionWith(batchedScores, batchedValues);
