import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowering-table.js';

/** x [..., in] · weight [in, out] + bias, as one matrix product over all rows. */
export const linear: Lowering<'linear'> = ({ tf }, [x, weight, bias]) => {
  const { shape } = x as Tensor;
  const inputs = shape.at(-1) as number;
  const outputs = (weight as Tensor).shape[1] as number;
  const rows = tf.reshape(x as Tensor, [-1, inputs]);
  const product = tf.matMul(rows, weight as Tensor2D);
  return tf.reshape(bias === undefined ? product : tf.add(product, bias), [...shape.slice(0, -1), outputs]);
};

/** Columns `ids` of the table [features, vocabulary]. */
export const embedding: Lowering<'embedding'> = ({ tf }, [ids, table]) => {
  const { shape, size } = ids as Tensor;
  const columns = tf.gather(table as Tensor2D, tf.reshape(ids as Tensor, [size]), 1);
  return tf.reshape(tf.transpose(columns), [...shape, (table as Tensor).shape[0] as number]);
};
