import type { Tfjs } from '@geodesic/backend';
import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** What kernels need of tfjs' wasm backend: float32 tensors as views on the WebAssembly heap. */
export interface HeapBackend extends KernelBackend {
  /** The Emscripten module. */
  readonly wasm: { readonly asm?: { readonly memory?: WebAssembly.Memory } };
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  disposeData(dataId: object, force?: boolean): boolean;
}

/**
 * Runs `compute` on views of the operands and of a new result on tfjs' own heap, with nothing copied. For few tokens a loop of
 * our own beats a handful of tfjs kernels, each of which costs about ten microseconds before it does anything.
 */
export function onHeap(
  tf: Tfjs,
  operands: readonly Tensor[],
  shape: readonly number[],
  compute: (output: Float32Array, ...inputs: Float32Array[]) => void,
): Tensor {
  const backend = tf.backend() as HeapBackend;
  const view = (tensor: TensorInfo) => backend.typedArrayFromHeap(tensor);
  // Views come last: making room for the result, or for an operand of another backend, may grow the heap and detach them.
  operands.forEach(view);
  const output = backend.makeOutput([...shape], 'float32');
  compute(view(output), ...operands.map(view));
  return tf.engine().makeTensorFromTensorInfo(output);
}

/** Runs `compute` with `length` numbers of heap that are given back afterwards. Call it before taking views. */
export function withScratch<T>(tf: Tfjs, length: number, compute: (scratch: TensorInfo) => T): T {
  const backend = tf.backend() as HeapBackend;
  const scratch = backend.makeOutput([length], 'float32');
  try {
    return compute(scratch);
  } finally {
    backend.disposeData(scratch.dataId);
  }
}
