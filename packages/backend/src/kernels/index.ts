/**
 * What modules that were compiled ahead of time call: kernels composed of tfjs ops, which take the tfjs module first, and what is computed
 * on the host. Nothing here knows the compiler.
 */
export {
  appendTokens,
  attentionMask,
  checkFrequencies,
  checkRows,
  GeodesicError,
  type HostArray,
  mergedExtents,
  mergedPositions,
  mergedProtection,
  mergedSizes,
  mergePlan,
  padRows,
  positionIndices,
  protectionOf,
  rotaryTable,
} from '@geodesic/compiler/host';
export { gelu, geluTanh, silu } from '../composed/activations.js';
export { alibiBias } from '../composed/alibi.js';
export { attention } from '../composed/attention.js';
export { keepTopK } from '../composed/keep-top-k.js';
export { layerNorm, rmsNorm } from '../composed/norms.js';
export { embedding, linear } from '../composed/projections.js';
export { rope } from '../composed/rope.js';
export { cacheAppend, lastToken, mergeHeads, slice, splitHeads } from '../composed/token-axis.js';
export { tokenMerge } from '../composed/token-merge.js';
export type { Tfjs } from '../tfjs.js';
export { upload } from './upload.js';
export { type Weights, weightsAt } from './weights.js';
