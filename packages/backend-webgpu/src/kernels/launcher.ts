import type { Tfjs } from '@geodesic/backend';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { emptyTensor, windowed } from '../tfjs-private.js';
import { type Kernel, programOf } from './kernel.js';
import {
  type Dispatch,
  type KernelLauncher,
  type Launch,
  type WindowedOperand,
  workgroupsOf,
} from './kernel-launcher.js';

/** A part of a tensor's buffer. */
export type WindowedTensor = WindowedOperand<Tensor>;

/** Runs kernels on tfjs' WebGPU backend. */
export class Launcher implements KernelLauncher<Tensor> {
  readonly #tf: Tfjs;
  readonly #backend: WebGPUBackend;

  /** @param bindingBytes most bytes that one binding may have: what the device allows, or less for tests */
  constructor(
    tf: Tfjs,
    backend: WebGPUBackend,
    readonly bindingBytes = backend.device.limits.maxStorageBufferBindingSize,
  ) {
    this.#tf = tf;
    this.#backend = backend;
  }

  get offsetAlignment(): number {
    return this.#backend.device.limits.minStorageBufferOffsetAlignment;
  }

  /** Words of any meaning as an int32 tensor, on the GPU at once: tfjs itself keeps them on the host until an op needs them. */
  upload(words: Uint32Array<ArrayBuffer>, shape: readonly number[]): Tensor {
    const tensor = this.#tf.tensor(new Int32Array(words.buffer), [...shape], 'int32');
    if (tensor.size > 0) this.#backend.uploadToGPU(tensor.dataId);
    return tensor;
  }

  /** The result is a tensor that tfjs tracks, as of any op. */
  launch(kernel: Kernel, launch: Launch<Tensor>): Tensor {
    return this.launchInParts([{ ...launch, kernel }], launch.shape);
  }

  launchInParts(
    parts: readonly (Dispatch<Tensor> & { readonly kernel: Kernel })[],
    shape: readonly number[],
  ): Tensor {
    const words = parts.some(({ kernel }) => kernel.words?.includes('result'));
    const result = emptyTensor(this.#tf, this.#backend, shape, words ? 'int32' : 'float32');
    try {
      if (result.size > 0) for (const part of parts) this.#record(part.kernel, part, result);
    } catch (error) {
      result.dispose();
      throw error;
    }
    return result;
  }

  #record(kernel: Kernel, { inputs, uniforms, units }: Dispatch<Tensor>, result: Tensor): void {
    const types = Object.values(kernel.uniforms);
    this.#backend.runWebGPUProgram(
      programOf(
        kernel,
        workgroupsOf(kernel, units, this.#backend.device.limits.maxComputeWorkgroupsPerDimension),
      ),
      inputs.map(bindingOf),
      result.dtype,
      uniforms.map((value, i) => ({ type: types[i] === 'f32' ? 'float32' : 'int32', data: [value] })),
      bindingOf(result),
    );
  }
}

/** Shapes are of no use to kernels, and tfjs would make them part of the pipeline's key. */
function bindingOf(input: Tensor | WindowedTensor): TensorInfo {
  if ('tensor' in input) return windowed(bindingOf(input.tensor), input.window);
  return { dataId: input.dataId, shape: [1], dtype: input.dtype };
}
