export { nodeLowering } from './lowering.js';
export { nodeBackend } from './node-backend.js';
