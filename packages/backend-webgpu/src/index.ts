export { findAdapter, type WebgpuAdapter } from './adapter.js';
export type { BufferCount, BufferPool } from './buffer-pool.js';
export type { KernelSet } from './kernels/kernel-set.js';
export { Launcher } from './kernels/launcher.js';
export {
  everywhere,
  type KernelVariant,
  type KernelVariants,
  TUNED_KERNELS,
  type TunedKernel,
} from './kernels/variants.js';
export { webgpuLowering } from './lowering.js';
export { GpuWeight } from './packing/gpu-weight.js';
export { webgpuPacking } from './packing/webgpu-packing.js';
export { Pipelines } from './plan/pipelines.js';
export type { PlanDevice } from './plan/plan-device.js';
export { PlannedRunner } from './plan/planned-runner.js';
export { prepareRunner } from './plan/prepare-runner.js';
export { poolOf } from './tfjs-private.js';
export { measureVariants } from './tuning/measure-variants.js';
export { type Tuning, tuneWebgpu } from './tuning/tune-webgpu.js';
export type { VariantTiming, VariantTimings } from './tuning/variant-timings.js';
export { webgpuBackend } from './webgpu-backend.js';
