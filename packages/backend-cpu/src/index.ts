export { cpuBackend } from './cpu-backend.js';
export { cpuLowering } from './lowering.js';
