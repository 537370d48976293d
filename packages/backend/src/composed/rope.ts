import type { Tensor } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowering-table.js';
import type { Tfjs } from '../tfjs.js';

/** x · cos + swapped(x) · sin over the first rotaryDim features; the sines carry the sign of the swap. */
export const rope: Lowering<'rope'> = ({ tf }, [x, cos, sin], { interleaved }) => {
  const states = x as Tensor;
  const features = states.shape[3] as number;
  const rotary = (cos as Tensor).shape[3] as number;
  const turning = rotary === features ? states : lastAxis(tf, states, 0, rotary);
  const swapped = interleaved ? swapNeighbours(tf, turning) : swapHalves(tf, turning);
  const turned = tf.add(tf.mul(turning, cos as Tensor), tf.mul(swapped, sin as Tensor));
  return rotary === features
    ? turned
    : tf.concat([turned, lastAxis(tf, states, rotary, features - rotary)], 3);
};

function swapHalves(tf: Tfjs, x: Tensor): Tensor {
  const half = (x.shape[3] as number) / 2;
  return tf.reshape(tf.reverse(tf.reshape(x, [-1, 2, half]), 1), x.shape);
}

function swapNeighbours(tf: Tfjs, x: Tensor): Tensor {
  return tf.reshape(tf.reverse(tf.reshape(x, [-1, 2]), 1), x.shape);
}

function lastAxis(tf: Tfjs, x: Tensor, start: number, size: number): Tensor {
  return tf.slice(x, [0, 0, 0, start], [...x.shape.slice(0, 3), size]);
}
