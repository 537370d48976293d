/** What programs compute on the host, and nothing of the compiler: modules that were compiled ahead of time load this alone. */
export { GeodesicError } from '../error.js';
export { appendTokens } from './append-tokens.js';
export { attentionMask } from './attention-mask.js';
export { checkRows } from './check-tokens.js';
export type { HostArray } from './host-array.js';
export { checkFrequencies } from './length-dependence.js';
export { padRows, protectionOf } from './padded-rows.js';
export { positionIndices } from './position-indices.js';
export { rotaryTable } from './rotary.js';
export {
  mergedExtents,
  mergedPositions,
  mergedProtection,
  mergedSizes,
  mergePlan,
} from './slots/stream-ops.js';
