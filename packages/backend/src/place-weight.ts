import type { Tensor } from '@tensorflow/tfjs-core';
import type { Device } from './device.js';

/**
 * Brings a weight to a device. Where that takes memory there, it is taken at once: an error names the weight, and none of
 * them waits on the host for the first step.
 *
 * @throws GeodesicError `backend.memory`, `backend.lost`
 */
export function placeWeight(
  device: Device,
  name: string,
  data: Float32Array,
  shape: readonly number[],
): Tensor {
  device.activate();
  device.allocateFor?.(name);
  const tensor = device.tf.tensor(data, [...shape], 'float32');
  try {
    device.upload?.(tensor);
  } catch (error) {
    tensor.dispose();
    throw error;
  }
  return tensor;
}
