import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/** slope · (key position − query position): positions [B, N] and [B, T] → [B, heads, N, T]. */
export function alibiBias(
  tf: Tfjs,
  queryPositions: Tensor,
  keyPositions: Tensor,
  { slopes }: OpAttributes['alibiBias'],
): Tensor {
  const [rows, queries] = queryPositions.shape as [number, number];
  const keys = keyPositions.shape[1] as number;
  const distances = tf.sub(
    tf.reshape(keyPositions, [rows, 1, 1, keys]),
    tf.reshape(queryPositions, [rows, 1, queries, 1]),
  );
  return tf.mul(distances, tf.tensor(slopes as number[], [1, slopes.length, 1, 1]));
}
