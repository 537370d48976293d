import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/*
 * Everything that relies on private fields of tfjs 4.22.0 is in this module; tfjs is pinned to exactly that version.
 */

interface PrivateFields {
  readonly commandEncoder: GPUCommandEncoder | null;
}

/** Sends the recorded commands to the GPU, which otherwise wait for a full batch or for a read. */
export function flush(backend: WebGPUBackend): void {
  // With nothing recorded, `submitQueue` fails.
  if ((backend as unknown as PrivateFields).commandEncoder === null) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}
