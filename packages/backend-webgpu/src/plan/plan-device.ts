import type { Device } from '@geodesic/backend';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { BufferPool } from '../buffer-pool.js';
import type { KernelVariants } from '../kernels/variants.js';
import type { Pipelines } from './pipelines.js';

/** A device and what plans on it share. */
export interface PlanDevice {
  readonly device: Device;
  readonly backend: WebGPUBackend;
  readonly pool: BufferPool;
  readonly pipelines: Pipelines;
  readonly variants: KernelVariants;
}
