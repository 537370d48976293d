import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/** x [..., in] · weight [in, out] + bias [out], as one matrix product over all rows. */
export function linear(tf: Tfjs, x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const inputs = x.shape.at(-1) as number;
  const outputs = weight.shape[1] as number;
  const product = tf.matMul(tf.reshape(x, [-1, inputs]), weight as Tensor2D);
  return tf.reshape(bias === undefined ? product : tf.add(product, bias), [...x.shape.slice(0, -1), outputs]);
}

/** Columns `ids` of the table [features, vocabulary], as [...ids, features]. */
export function embedding(tf: Tfjs, ids: Tensor, table: Tensor): Tensor {
  const columns = tf.gather(table as Tensor2D, tf.reshape(ids, [ids.size]), 1);
  return tf.reshape(tf.transpose(columns), [...ids.shape, table.shape[0] as number]);
}
