import type { Device } from '@geodesic/backend';
import { type BackendUnderTest, describeBackends } from '../describe-backends.js';

/** A suite for the node backend alone, which runs whole graphs. */
export function describeNode(title: string, body: (backend: BackendUnderTest) => void): Promise<void> {
  return describeBackends(title, body, { only: ['node'] });
}

/** What TensorFlow itself holds. */
export function heldByTensorFlow({ tf }: Device): { readonly tensors: number; readonly graphs: number } {
  const { binding } = tf.findBackend('tensorflow') as unknown as {
    readonly binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
  };
  return { tensors: binding.getNumOfTensors(), graphs: binding.getNumOfSavedModels() };
}
