import type { Device } from '@geodesic/backend';
import { type BufferPool, poolOf } from '@geodesic/backend-webgpu';

/** The `GPUDevice` behind the webgpu device; it has been replaced there when another was opened since. */
export function gpuOf({ tf, name }: Device): GPUDevice {
  return (tf.findBackend(name) as unknown as { readonly device: GPUDevice }).device;
}

/** Where the webgpu device has its buffers from. */
export function poolOfDevice({ tf, name }: Device): BufferPool {
  return poolOf(tf.findBackend(name));
}
