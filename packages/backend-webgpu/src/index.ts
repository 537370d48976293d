export { findAdapter, type WebgpuAdapter } from './adapter.js';
export { webgpuLowering } from './lowering.js';
export { webgpuBackend } from './webgpu-backend.js';
