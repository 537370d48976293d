export { type ActivationName, activations } from './activation.js';
export { type AlibiOptions, alibi, alibiSlopes } from './alibi.js';
export { type Block, block, located } from './block.js';
export { type AttentionMask, causal } from './causal.js';
export type { Declaration, Declared } from './declaration.js';
export { type Decoder, decoder, repeat } from './decoder.js';
export { defineModel, type Model } from './define-model.js';
export { gatedMlp, type MlpOptions } from './gated-mlp.js';
export { type LayerNormOptions, layerNorm } from './layer-norm.js';
export {
  type LearnedPositions,
  type LearnedPositionsOptions,
  learnedPositions,
} from './learned-positions.js';
export { type Head, type LmHeadOptions, lmHead } from './lm-head.js';
export { type MixtureOfExpertsOptions, mixtureOfExperts } from './mixture-of-experts.js';
export { mlp } from './mlp.js';
export * from './ops.js';
export { plainLayerNorm } from './plain-layer-norm.js';
export type { PositionEncoding } from './position-encoding.js';
export { project } from './projection.js';
export { parallelResidual, type ResidualOptions, renamed, residual } from './residual.js';
export { rmsNorm } from './rms-norm.js';
export { type RopeOptions, rope } from './rope.js';
export type { Scope } from './scope.js';
export { type QueryKeyNorm, type SelfAttentionOptions, selfAttention } from './self-attention.js';
export { emit, type Tensor } from './tensor.js';
export { type Embedding, type TokenEmbeddingOptions, tokenEmbedding } from './token-embedding.js';
export type { TokenStreams } from './token-streams.js';
export type { Tracer } from './tracer.js';
