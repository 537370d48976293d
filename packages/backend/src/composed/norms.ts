import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/** x / √(mean(x²) + eps) · weight, over the last axis (Zhang and Sennrich, 2019). */
export function rmsNorm(tf: Tfjs, x: Tensor, weight: Tensor, { eps }: OpAttributes['rmsNorm']): Tensor {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, eps))), weight);
}

/** (x − mean) / √(var + eps) · weight + bias, mean and variance over the last axis (Ba et al., 2016). */
export function layerNorm(
  tf: Tfjs,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  { eps }: OpAttributes['layerNorm'],
): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normed = tf.mul(centred, tf.rsqrt(tf.add(variance, eps)));
  const scaled = tf.mul(normed, weight);
  return bias === undefined ? scaled : tf.add(scaled, bias);
}
