import type { Tfjs } from '@geodesic/backend';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { BufferPool } from './buffer-pool.js';
import type { DeviceErrors } from './device-errors.js';

/*
 * Everything that relies on private fields of tfjs 4.22.0 is in this module; tfjs is pinned to exactly that version.
 */

interface PrivateFields {
  bufferManager: BufferPool;
  computePassEncoder: GPUComputePassEncoder | null;
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

/** Has the backend take its buffers from a pool of ours; before it has taken any. */
export function installPool(backend: WebGPUBackend, errors: DeviceErrors): BufferPool {
  const pool = new BufferPool(backend.device, errors);
  (backend as unknown as PrivateFields).bufferManager = pool;
  return pool;
}

/** The pool of a backend that `installPool` has seen. */
export function poolOf(backend: object): BufferPool {
  const { bufferManager } = backend as PrivateFields;
  if (bufferManager instanceof BufferPool) return bufferManager;
  throw new TypeError('this backend has the pool of tfjs');
}

/** Sends a tensor's numbers to the GPU at once; tfjs waits for the first kernel that reads them. */
export function upload(backend: WebGPUBackend, { dataId, size }: Tensor): void {
  if (size === 0) return;
  backend.uploadToGPU(dataId);
  // Into a buffer that was used before they are copied by a command, which does not keep the tensor's buffer from being freed.
  flush(backend);
}

/**
 * Milliseconds that the device takes for what is recorded, by its own clock; needs the feature timestamp-query.
 *
 * @param record must record less than a batch, and nothing that is uploaded: either would end the pass that is timed
 */
export async function timePass(backend: WebGPUBackend, record: () => void): Promise<number> {
  const { device } = backend;
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 });
  const resolved = device.createBuffer({
    size: 16,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const read = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  flush(backend);
  backend.ensureCommandEncoderReady();
  const internals = backend as unknown as PrivateFields;
  const encoder = internals.commandEncoder as GPUCommandEncoder;
  internals.computePassEncoder = encoder.beginComputePass({
    timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
  });
  record();
  backend.endComputePassEncoder();
  encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, read, 0, 16);
  backend.submitQueue();
  await read.mapAsync(GPUMapMode.READ);
  const [start, end] = new BigUint64Array(read.getMappedRange()) as unknown as [bigint, bigint];
  const milliseconds = Number(end - start) / 1e6;
  for (const resource of [read, resolved, querySet]) resource.destroy();
  return milliseconds;
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

/** A tensor of numbers that are not written yet. */
export function emptyTensor(
  tf: Tfjs,
  backend: WebGPUBackend,
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): Tensor {
  const info = backend.makeTensorInfo([...shape], dtype);
  const tensor = tf.engine().makeTensorFromTensorInfo(info, backend);
  // tfjs reads values where there is no buffer.
  if (tensor.size === 0) backend.tensorMap.get(info.dataId).values = new Float32Array(0);
  return tensor;
}
