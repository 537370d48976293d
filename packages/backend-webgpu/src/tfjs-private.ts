import type { Tfjs } from '@geodesic/backend';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/*
 * Everything that relies on private fields of tfjs 4.22.0 is in this module; tfjs is pinned to exactly that version.
 */

interface PrivateFields {
  readonly commandEncoder: GPUCommandEncoder | null;
  tensorToBinding(tensor: TensorInfo): GPUBindingResource;
}

/** Sends the recorded commands to the GPU, which otherwise wait for a full batch or for a read. */
export function flush(backend: WebGPUBackend): void {
  // With nothing recorded, `submitQueue` fails.
  if ((backend as unknown as PrivateFields).commandEncoder === null) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Bytes of a buffer. */
export interface BufferWindow {
  readonly offset: number;
  readonly size: number;
}

/** An operand of which a kernel sees only a part. */
type WindowedInfo = TensorInfo & { readonly window?: BufferWindow };

/** The operand with a window, which `bindWindows` makes the backend respect. */
export function windowed(info: TensorInfo, window: BufferWindow): TensorInfo {
  const withWindow: WindowedInfo = { ...info, window };
  return withWindow;
}

/**
 * Lets `runWebGPUProgram` bind parts of buffers. tfjs always binds whole ones, which a device refuses above its
 * maxStorageBufferBindingSize.
 */
export function bindWindows(backend: WebGPUBackend): void {
  const internals = backend as unknown as PrivateFields;
  const whole = internals.tensorToBinding.bind(backend);
  internals.tensorToBinding = (info: WindowedInfo) => {
    const binding = whole(info);
    return info.window === undefined ? binding : { ...(binding as GPUBufferBinding), ...info.window };
  };
}

/** The buffer of a tensor; its numbers are uploaded first if they are not on the GPU. */
export function bufferOf(backend: WebGPUBackend, { dataId }: Tensor): GPUBuffer {
  backend.uploadToGPU(dataId);
  return backend.tensorMap.get(dataId).resource as GPUBuffer;
}

/** A float32 tensor of numbers that are not written yet. */
export function emptyTensor(tf: Tfjs, backend: WebGPUBackend, shape: readonly number[]): Tensor {
  const info = backend.makeTensorInfo([...shape], 'float32');
  return tf.engine().makeTensorFromTensorInfo(info, backend);
}
