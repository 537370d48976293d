import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';
import { slice } from './token-axis.js';

/** x · cos + swapped(x) · sin over the first rotaryDim features; the sines carry the sign of the swap. */
export function rope(
  tf: Tfjs,
  x: Tensor,
  cos: Tensor,
  sin: Tensor,
  { interleaved }: OpAttributes['rope'],
): Tensor {
  const features = x.shape[3] as number;
  const rotary = cos.shape[3] as number;
  const turning = rotary === features ? x : slice(tf, x, { start: 0, size: rotary });
  const swapped = interleaved ? swapNeighbours(tf, turning) : swapHalves(tf, turning);
  const turned = tf.add(tf.mul(turning, cos), tf.mul(swapped, sin));
  if (rotary === features) return turned;
  return tf.concat([turned, slice(tf, x, { start: rotary, size: features - rotary })], 3);
}

function swapHalves(tf: Tfjs, x: Tensor): Tensor {
  const half = (x.shape[3] as number) / 2;
  return tf.reshape(tf.reverse(tf.reshape(x, [-1, 2, half]), 1), x.shape);
}

function swapNeighbours(tf: Tfjs, x: Tensor): Tensor {
  return tf.reshape(tf.reverse(tf.reshape(x, [-1, 2]), 1), x.shape);
}
