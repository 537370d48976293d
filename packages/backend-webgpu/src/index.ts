export { findAdapter, type WebgpuAdapter } from './adapter.js';
export type { BufferCount, BufferPool } from './buffer-pool.js';
export type { DeviceErrors } from './device-errors.js';
export type { Components, Kernel, KernelSource } from './kernels/kernel.js';
export type {
  Dispatch,
  KernelLauncher,
  Launch,
  Operand,
  WindowedOperand,
} from './kernels/kernel-launcher.js';
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
export type { PackedFormatName } from './packing/packed-format.js';
export type { PackedOperand } from './packing/packed-operand.js';
export { webgpuPacking } from './packing/webgpu-packing.js';
export { type CompiledKernel, Pipelines } from './plan/pipelines.js';
export type { Plan } from './plan/plan.js';
export type { PlanDevice } from './plan/plan-device.js';
export type { PlanLimits } from './plan/plan-limits.js';
export { PlannedRunner } from './plan/planned-runner.js';
export { prepareRunner } from './plan/prepare-runner.js';
export type { PreparedPlan } from './plan/prepared-plan.js';
export { type BufferWindow, poolOf } from './tfjs-private.js';
export { measureVariants } from './tuning/measure-variants.js';
export { type Tuning, tuneWebgpu } from './tuning/tune-webgpu.js';
export type { VariantTiming, VariantTimings } from './tuning/variant-timings.js';
export { webgpuBackend } from './webgpu-backend.js';
