import type { HostArray } from '@geodesic/compiler/host';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';

/** An array of the host as a tensor, int32 or float32 as it is. */
export function upload(tf: Tfjs, { data, shape }: HostArray): Tensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}
