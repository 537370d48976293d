export { bindShape } from './bind-shape.js';
export { cacheFolder } from './cache-folder.js';
export { CACHE_STORAGES, type CacheStorage } from './cache-storage.js';
export {
  type AttentionSizes,
  attentionGroups,
  attentionSizes,
  capScores,
  headsLast,
} from './composed/attention.js';
export { composedLowering } from './composed-lowering.js';
export type { Backend, Device, WeightPacking } from './device.js';
export { Executable, replaced } from './executable.js';
export {
  type CachedState,
  type DeviceState,
  type GraphRunner,
  type Patch,
  prepareGraph,
  type RunFeeds,
  type RunnerOptions,
  type RunResult,
  stateBytes,
  type ValueData,
} from './graph-runner.js';
export { checkSignal, evaluateOnHost, type HostStage, stateOf } from './host-stage.js';
export {
  type DeviceOp,
  type Lowering,
  type LoweringContext,
  type LoweringTable,
  type LoweringTarget,
  lower,
  type PackedLowering,
  type PackedLoweringTable,
  type PackedOperands,
} from './lowering-table.js';
export { nodeBuiltin } from './node-builtin.js';
export { openOnce } from './open-once.js';
export {
  areTensors,
  isPacked,
  type PackedWeight,
  type QuantisedMatrix,
  type Weight,
  weightBytes,
} from './packed-weight.js';
export { placeWeight } from './place-weight.js';
export { probeDevice } from './probe.js';
export { probeOnce } from './probe-once.js';
export { stepFault } from './step-fault.js';
export type { Tfjs } from './tfjs.js';
export { nextTurn, turnIsOver } from './turns.js';
