import type { Tfjs } from '@geodesic/backend';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { type BufferWindow, windowed } from '../tfjs-private.js';
import { type Kernel, programOf } from './kernel.js';

/** One dispatch of a kernel. */
export interface Dispatch {
  /** The kernel's bindings, in order; a window binds a part of a tensor's buffer. */
  readonly inputs: readonly (Tensor | WindowedTensor)[];
  /** The kernel's uniforms, in order. */
  readonly uniforms: readonly number[];
  /** How many invocations or workgroups have work: along x, or over x and y for kernels of groups. */
  readonly units: number | readonly [x: number, y: number];
}

/** One dispatch of a kernel that makes a whole tensor. */
export interface Launch extends Dispatch {
  /** Shape of the result. */
  readonly shape: readonly number[];
}

/** A part of a tensor's buffer. */
export interface WindowedTensor {
  readonly tensor: Tensor;
  readonly window: BufferWindow;
}

/** Runs kernels on tfjs' WebGPU backend. */
export class Launcher {
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

  /** Bytes that a window's offset must be a multiple of. */
  get offsetAlignment(): number {
    return this.#backend.device.limits.minStorageBufferOffsetAlignment;
  }

  /** Records one dispatch. The result is a float32 tensor that tfjs tracks, as of any op. */
  launch(kernel: Kernel, launch: Launch): Tensor {
    return this.launchInParts([{ ...launch, kernel }], launch.shape);
  }

  /** Records dispatches that make one float32 tensor together, each a part of it or on top of what the ones before left there. */
  launchInParts(
    parts: readonly (Dispatch & { readonly kernel: Kernel })[],
    shape: readonly number[],
  ): Tensor {
    const result = this.#empty(shape);
    if (result.size > 0) for (const part of parts) this.#record(part.kernel, part, result);
    return result;
  }

  #record(kernel: Kernel, { inputs, uniforms, units }: Dispatch, result: Tensor): void {
    const types = Object.values(kernel.uniforms);
    this.#backend.runWebGPUProgram(
      programOf(kernel, this.#workgroups(kernel, units)),
      inputs.map(bindingOf),
      result.dtype,
      uniforms.map((value, i) => ({ type: types[i] === 'f32' ? 'float32' : 'int32', data: [value] })),
      bindingOf(result),
    );
  }

  #empty(shape: readonly number[]): Tensor {
    const info = this.#backend.makeTensorInfo([...shape], 'float32');
    const tensor = this.#tf.engine().makeTensorFromTensorInfo(info, this.#backend);
    // tfjs reads values where there is no buffer.
    if (tensor.size === 0) this.#backend.tensorMap.get(info.dataId).values = new Float32Array(0);
    return tensor;
  }

  #workgroups(kernel: Kernel, units: Dispatch['units']): [number, number, number] {
    if (typeof units !== 'number') return [units[0], units[1], 1];
    const groups = kernel.unit === 'lanes' ? Math.ceil(units / kernel.workgroupSize) : units;
    const most = this.#backend.device.limits.maxComputeWorkgroupsPerDimension;
    return groups <= most ? [groups, 1, 1] : [most, Math.ceil(groups / most), 1];
  }
}

/** Shapes are of no use to kernels, and tfjs would make them part of the pipeline's key. */
function bindingOf(input: Tensor | WindowedTensor): TensorInfo {
  if ('tensor' in input) return windowed(bindingOf(input.tensor), input.window);
  return { dataId: input.dataId, shape: [1], dtype: input.dtype };
}
