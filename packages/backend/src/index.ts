export { type AttentionSizes, attentionGroups, attentionSizes, headsLast } from './composed/attention.js';
export { composedLowering } from './composed-lowering.js';
export type { Backend, Device } from './device.js';
export { Executable, type Patch, type RunFeeds, type RunResult, type ValueData } from './executable.js';
export {
  type DeviceOp,
  type Lowering,
  type LoweringContext,
  type LoweringTable,
  lower,
} from './lowering-table.js';
export { openOnce } from './open-once.js';
export type { Tfjs } from './tfjs.js';
