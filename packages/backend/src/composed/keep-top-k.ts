import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/**
 * x where it is among the `count` largest of its last axis, 0 elsewhere. Each number is compared with all others of its axis, which
 * is short: tfjs' own `topk` leaves it to the backend which of equal numbers comes first.
 */
export function keepTopK(tf: Tfjs, x: Tensor, { count }: OpAttributes['keepTopK']): Tensor {
  const size = x.shape.at(-1) as number;
  const rows = tf.reshape(x, [-1, size, 1]);
  const others = tf.reshape(x, [-1, 1, size]);
  const larger = tf.cast(tf.greater(others, rows), 'float32');
  const equalBefore = tf.mul(tf.cast(tf.equal(others, rows), 'float32'), before(tf, size));
  const rank = tf.sum(tf.add(larger, equalBefore), -1);
  const kept = tf.cast(tf.less(rank, count), 'float32');
  return tf.reshape(tf.mul(tf.reshape(x, [-1, size]), kept), x.shape);
}

/** [size, size]: 1 where the column comes before the row. */
function before(tf: Tfjs, size: number): Tensor {
  const data = Float32Array.from({ length: size * size }, (_, i) =>
    i % size < Math.floor(i / size) ? 1 : 0,
  );
  return tf.tensor(data, [size, size]);
}
