import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/** x · sigmoid(x). */
export function silu(tf: Tfjs, x: Tensor): Tensor {
  return tf.mul(x, tf.sigmoid(x));
}

/** x · Φ(x) = x/2 · (1 + erf(x / √2)). */
export function gelu(tf: Tfjs, x: Tensor): Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
export function geluTanh(tf: Tfjs, x: Tensor): Tensor {
  const cubed = tf.mul(tf.mul(x, tf.square(x)), 0.044715);
  const inner = tf.mul(tf.add(x, cubed), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}
