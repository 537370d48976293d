import type { OpName } from './ops.js';
import type { LeafOp } from './type-rule.js';

/** How many operands each op takes at most: a rule reads those that it knows, and further ones would do nothing. */
export const operandLimits: Readonly<Record<Exclude<OpName, LeafOp>, number>> = {
  constant: 0,

  neg: 1,
  exp: 1,
  log: 1,
  sqrt: 1,
  rsqrt: 1,
  tanh: 1,
  sigmoid: 1,
  relu: 1,
  silu: 1,
  gelu: 1,
  geluTanh: 1,

  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  maximum: 2,
  minimum: 2,

  matmul: 2,
  linear: 3,
  embedding: 2,
  softmax: 1,
  sum: 1,
  mean: 1,
  slice: 1,
  keepTopK: 1,
  concat: Number.POSITIVE_INFINITY,
  transpose: 1,
  splitHeads: 1,
  mergeHeads: 1,

  rmsNorm: 2,
  layerNorm: 3,

  rotaryCos: 2,
  rotarySin: 2,
  rope: 3,
  positionIndices: 1,
  alibiBias: 2,

  attentionMask: 4,
  attention: 4,
  cacheAppend: 2,

  mergePlan: 3,
  surprisingTokens: 3,
  mergeChoice: 2,
  eviction: 2,
  mergeTail: 4,
  settledSlots: 2,
  tailSlots: 2,
  tokenMerge: 2,
  mergeStatistics: 2,
  mergedExtents: 2,
  mergedSizes: 2,
  mergedProtection: 2,
  mergedPositions: 4,
  enterDomain: 1,
  targets: 2,
  lastToken: 1,
};
