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
export { LEAST_DIVISOR, LINEAR_ABOVE } from './composed/interpolation.js';
export { composedLowering } from './composed-lowering.js';
export type { Backend, Device, WeightPacking } from './device.js';
export { type CachedState, type DeviceState, stateBytes } from './device-state.js';
export { Executable } from './executable.js';
export type { GraphRunner, RunnerOptions, RunResult } from './graph-runner.js';
export { evaluateOnHost, type HostStage } from './host-stage.js';
export { weightNamed } from './kernels/weights.js';
export {
  type DeviceOp,
  type Lowering,
  type LoweringContext,
  type LoweringTable,
  type LoweringTarget,
  lower,
  type PackedLowering,
  type PackedLoweringTable,
  type PackedOp,
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
export { type Patch, replaced, type ValueData } from './patch.js';
export { placeWeight } from './place-weight.js';
export { prepareGraph } from './prepare-graph.js';
export { probeDevice } from './probe.js';
export { probeOnce } from './probe-once.js';
export { checkSignal, type RunFeeds, stateOf } from './run-feeds.js';
export { sortOutputs } from './sort-outputs.js';
export { stepFault } from './step-fault.js';
export type { Tfjs } from './tfjs.js';
export { nextTurn, turnIsOver } from './turns.js';
