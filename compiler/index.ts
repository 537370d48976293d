export {
  type CompileOptions,
  compile,
  type LogitsChoice,
  type Program,
  type Traceable,
  type TraceOptions,
} from './compile.js';
export { decodeBindings, phaseBindings, promptBindings } from './cost/bindings.js';
export { type GraphCost, graphCost, type LayerCost } from './cost/graph-cost.js';
export { type Cost, costOf, type NodeShapes, type OpCost, opCosts } from './cost/op-cost.js';
export { type Section, sectionsOf } from './cost/section.js';
export { GeodesicError } from './error.js';
export { assignSlots, type SlotAssignment, viewedValues } from './fusion/assign-slots.js';
export type { FusionContext, FusionRule } from './fusion/fusion-rule.js';
export type { GraphUses } from './fusion/graph-uses.js';
export {
  type FusedActivation,
  type FusedAlibi,
  inputsOf,
  type KernelStep,
  outputsOf,
  type Projection,
  type SeenKeys,
  type StepOf,
} from './fusion/kernel-step.js';
export { fusionRules, type Schedule, schedule } from './fusion/schedule.js';
export { appendTokens } from './host/append-tokens.js';
export { MASKED } from './host/attention-mask.js';
export { checkPrompts, checkRows, checkTokens, type TokenLimits } from './host/check-tokens.js';
export { type HostArray, validTokens } from './host/host-array.js';
export { evaluateHostNode, type HostOp, hostValues } from './host/host-ops.js';
export { frequenciesChange } from './host/length-dependence.js';
export { type PaddedRows, padFlags, padRows, rowOfSingles } from './host/padded-rows.js';
export { EVICTION_POLICIES } from './host/slots/eviction.js';
export { flagSurprising, PASSAGE_REACH } from './host/slots/passages.js';
export { mergedLength, type PairingOptions, type Slot } from './host/slots/plan.js';
export { slotsOfPlan } from './host/slots/plan-array.js';
export {
  CAPITALISED,
  CONTINUES_WORD,
  GENERATED,
  NAME,
  NUMBER,
  STAYS_ALONE,
} from './host/slots/protection-bits.js';
export { mergedExtents, mergedPositions, mergedSizes, mergePlan, targets } from './host/slots/stream-ops.js';
export { meanSurprise, type SurpriseProbe } from './host/slots/surprise.js';
export { type SplitGraph, splitAtReadBack } from './host/split-at-read-back.js';
export {
  addDims,
  type Dim,
  type DimBindings,
  type DimTerm,
  evaluateDim,
  printDim,
  type SymbolicDim,
  substituteDim,
  symbolicDim,
} from './ir/dim.js';
export { domainSymbols, isOfTail, layerOfDomain, mergedDomain, TOKENS, tailDomain } from './ir/domain.js';
export {
  type AnyNode,
  describeNode,
  findNode,
  type Graph,
  type Node,
  nodeAt,
  printSource,
  type SourceLocation,
  type ValueId,
} from './ir/graph.js';
export { GraphBuilder, isLeaf, type NodeLabel } from './ir/graph-builder.js';
export {
  dependsOnLength,
  type EvictionAttributes,
  type EvictionPolicy,
  INTERPOLATIONS,
  type Interpolation,
  MERGE_GROUPS,
  type MergeChoiceAttributes,
  type MergeGroup,
  type MergePlanAttributes,
  type NoAttributes,
  type OpAttributes,
  type OpName,
  POSITION_STRATEGIES,
  type PositionStrategy,
  type RotaryFrequencies,
  type RotaryScaling,
} from './ir/ops.js';
export { parseGraph } from './ir/parse.js';
export { printGraph } from './ir/print.js';
export {
  type Axis,
  axis,
  type DType,
  evaluateShape,
  parseType,
  printType,
  type TensorType,
  tensorType,
  tokenAxis,
} from './ir/tensor-type.js';
export type { LeafOp } from './ir/type-rule.js';
export {
  cachedStreamOf,
  cacheName,
  capturedName,
  domainsOfPlans,
  isCache,
  isCachedStream,
  isProtection,
  layerOf,
  layerOutput,
  mergeOutput,
  ofAnyLayer,
  protectionInput,
  streamName,
  surpriseParameters,
  tailStates,
  withoutLayer,
} from './ir/value-name.js';
export { verify } from './ir/verify.js';
export { type ListedMergeOptions, type MergeSpecification, mergesOf } from './merge/listed-merges.js';
export { type MergeOptionRole, mergeOptionsOf } from './merge/option-roles.js';
export {
  DEFAULT_MERGE,
  MERGE_STREAMS,
  type MergeStream,
  middleLayer,
  type ResolvedMergeOptions,
  resolveMergeOptions,
  type SlerpMergeOptions,
} from './merge/options.js';
export {
  checkProtection,
  DEFAULT_PROTECTION,
  PROBED_PROTECTION,
  PROTECTED_CLASSES,
  type ProtectedClass,
  type Protection,
  protectsNorms,
  protectsSurprise,
  protectsTokens,
  TOKEN_CLASSES,
  type TokenClass,
  type TokenPredicate,
} from './merge/protection.js';
export { slerpMerge } from './merge/slerp-merge.js';
export { optionFault } from './option-fault.js';
export type { Pass, PassContext, PassPhase, Phase } from './passes/pass.js';
export { isDrawn } from './view/drawn-node.js';
export { graphToJson, type JsonGraph, type JsonNode } from './view/graph-json.js';
export { graphToMermaid } from './view/graph-mermaid.js';
export { summariseGraph } from './view/summary.js';
export { written } from './written.js';
