import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/** [B, N, heads·dim] → [B, N, heads, dim]. */
export function splitHeads(tf: Tfjs, x: Tensor, { heads }: OpAttributes['splitHeads']): Tensor {
  const [rows, tokens, features] = x.shape as [number, number, number];
  return tf.reshape(x, [rows, tokens, heads, features / heads]);
}

/** [B, N, heads, dim] → [B, N, heads·dim]. */
export function mergeHeads(tf: Tfjs, x: Tensor): Tensor {
  const [rows, tokens, heads, dim] = x.shape as [number, number, number, number];
  return tf.reshape(x, [rows, tokens, heads * dim]);
}

/** Part of the last axis. */
export function slice(tf: Tfjs, x: Tensor, { start, size }: OpAttributes['slice']): Tensor {
  const leading = x.shape.slice(0, -1);
  return tf.slice(x, [...leading.map(() => 0), start], [...leading, size]);
}

/** What was cached, [B, P, …], followed by what is new, [B, N, …]; without a cache, what is new. */
export function cacheAppend(tf: Tfjs, past: Tensor | undefined, added: Tensor): Tensor {
  return past === undefined ? added : tf.concat([past, added], 1);
}

/** [B, N, features] → [B, features], the last slot of each row (rows are padded on the left). */
export function lastToken(tf: Tfjs, x: Tensor): Tensor {
  const [rows, tokens, features] = x.shape as [number, number, number];
  return tf.reshape(tf.slice(x, [0, tokens - 1, 0], [rows, 1, features]), [rows, features]);
}
