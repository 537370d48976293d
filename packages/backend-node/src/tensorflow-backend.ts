import type { Tfjs } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What the binding says of a tensor that TensorFlow made. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The calls of tfjs-node's native part that graphs are run with. Lists of names are joined by commas. */
export interface TensorFlowBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): TensorMetadata[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

/** What `tf.findBackend('tensorflow')` has beyond tfjs' own interface; the methods are private there. */
export interface TensorFlowBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: TensorFlowBinding;
  /** Ids of tensors in TensorFlow; those that tfjs has not handed over yet are handed over first. */
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  /** A tfjs tensor of what TensorFlow made; it owns it. */
  createOutputTensor(metadata: TensorMetadata): Tensor;
}

/** The backend that tfjs-node registers, if it did. */
export function findTensorFlow(tf: Tfjs): TensorFlowBackend | null {
  return tf.findBackend('tensorflow') as unknown as TensorFlowBackend | null;
}
