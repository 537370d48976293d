export { findAdapter, type WebgpuAdapter } from './adapter.js';
export type { KernelSet } from './kernels/kernel-set.js';
export { Launcher } from './kernels/launcher.js';
export { everywhere, type KernelVariant, type KernelVariants } from './kernels/variants.js';
export { webgpuLowering } from './lowering.js';
export { webgpuBackend } from './webgpu-backend.js';
