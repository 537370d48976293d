import type { Tensor } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowering-table.js';

/** slope · (key position − query position): positions [B, N] and [B, T] → [B, heads, N, T]. */
export const alibiBias: Lowering<'alibiBias'> = ({ tf }, [queryPositions, keyPositions], { slopes }) => {
  const [rows, queries] = (queryPositions as Tensor).shape as [number, number];
  const keys = (keyPositions as Tensor).shape[1] as number;
  const distances = tf.sub(
    tf.reshape(keyPositions as Tensor, [rows, 1, 1, keys]),
    tf.reshape(queryPositions as Tensor, [rows, 1, queries, 1]),
  );
  return tf.mul(distances, tf.tensor(slopes as number[], [1, slopes.length, 1, 1]));
};
