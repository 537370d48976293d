import type { Tensor } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowering-table.js';

export const rmsNorm: Lowering<'rmsNorm'> = ({ tf }, [x, weight], { eps }) => {
  const states = x as Tensor;
  const meanSquare = tf.mean(tf.square(states), -1, true);
  return tf.mul(tf.mul(states, tf.rsqrt(tf.add(meanSquare, eps))), weight as Tensor);
};

export const layerNorm: Lowering<'layerNorm'> = ({ tf }, [x, weight, bias], { eps }) => {
  const centred = tf.sub(x as Tensor, tf.mean(x as Tensor, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normed = tf.mul(centred, tf.rsqrt(tf.add(variance, eps)));
  const scaled = tf.mul(normed, weight as Tensor);
  return bias === undefined ? scaled : tf.add(scaled, bias);
};
