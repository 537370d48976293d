import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

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

/** Anything of a shape. */
interface Shaped {
  readonly shape: readonly number[];
}

/** Reads the sizes from q [B, N, heads, dim] and v [B, T, keyValueHeads, valueDim]. */
export function attentionSizes(q: Shaped, v: Shaped): AttentionSizes {
  const [rows, queries, heads, dim] = q.shape as [number, number, number, number];
  const [, keys, keyValueHeads, valueDim] = v.shape as [number, number, number, number];
  return { rows, queries, keys, heads, keyValueHeads, dim, valueDim };
}

/**
 * The operands of attention as batches of matrices, one for each key-value head of each row: q [groups, stacked, dim], already
 * scaled, kᵀ [groups, dim, T] and v [groups, T, valueDim]. The query heads that share a key-value head are stacked along the
 * rows, so that nothing is repeated.
 */
export function attentionGroups(
  tf: Tfjs,
  [q, k, v]: readonly Tensor[],
  { rows, queries, keys, heads, keyValueHeads, dim, valueDim }: AttentionSizes,
  scale: number,
): { readonly q: Tensor; readonly keysLast: Tensor; readonly v: Tensor } {
  const groups = rows * keyValueHeads;
  const scaled = tf.transpose(tf.mul(q as Tensor, scale) as Tensor4D, [0, 2, 1, 3]);
  return {
    q: tf.reshape(scaled, [groups, (heads / keyValueHeads) * queries, dim]),
    keysLast: tf.reshape(tf.transpose(k as Tensor4D, [0, 2, 3, 1]), [groups, dim, keys]),
    v: tf.reshape(tf.transpose(v as Tensor4D, [0, 2, 1, 3]), [groups, keys, valueDim]),
  };
}

/** Contexts of all groups, [groups, stacked, valueDim] in one tensor, as [B, N, heads, valueDim]. */
export function headsLast(
  tf: Tfjs,
  contexts: Tensor,
  { rows, queries, heads, valueDim }: AttentionSizes,
): Tensor {
  return tf.transpose(tf.reshape(contexts, [rows, heads, queries, valueDim]), [0, 2, 1, 3]);
}

/** softcap · tanh(scores / softcap), which keeps scores within ±softcap; null caps nothing (Gemma 2). */
export function capScores(tf: Tfjs, scores: Tensor, softcap: number | null): Tensor {
  return softcap === null ? scores : tf.mul(tf.tanh(tf.mul(scores, 1 / softcap)), softcap);
}

/**
 * softmax(cap(q·kᵀ · scale) + mask) · v: q [B, N, heads, dim], k and v [B, T, keyValueHeads, dim], mask [B, 1 or heads, N, T] →
 * [B, N, heads, dim]. Two batched products with a masked softmax between them.
 */
export function attention(
  tf: Tfjs,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  { scale, softcap }: OpAttributes['attention'],
): Tensor {
  const sizes = attentionSizes(q, v);
  const { rows, queries, keys, heads } = sizes;
  const groups = attentionGroups(tf, [q, k, v], sizes, scale);
  const products = tf.matMul(groups.q, groups.keysLast);
  const capped = capScores(tf, products, softcap);
  const scores = tf.add(tf.reshape(capped, [rows, heads, queries, keys]), mask);
  const probabilities = tf.reshape(tf.softmax(scores), products.shape);
  return headsLast(tf, tf.matMul(probabilities, groups.v), sizes);
}
