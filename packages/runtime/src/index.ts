export {
  type GeneratedPiece,
  type GenerateOptions,
  type Generation,
  generate,
} from './generation/generate.js';
export { argmax, type SamplingOptions, sampleToken } from './generation/sampling.js';
export { klDivergence, klOfLogProbabilities } from './kl-divergence.js';
export {
  LanguageModel,
  type LanguageModelParts,
  type LoadModelOptions,
} from './language-model.js';
export { topTokens } from './likeliest-tokens.js';
export { checkLoadOptions } from './load-options.js';
export { logSoftmax } from './log-softmax.js';
export {
  type LoadProgress,
  type LoadWeightsOptions,
  loadParameters,
  type WeightStorage,
} from './parameters/load-parameters.js';
export { randomParameters } from './parameters/random-parameters.js';
export { type PlannedSlot, plannedMerge } from './planned-merge.js';
export { defaultProtection } from './protection/merge-protection.js';
export { protectedTokens, TokenProtection } from './protection/token-protection.js';
export { seededRandom } from './random.js';
export { resolveSource } from './resolve-source.js';
export type { Rows } from './session/history.js';
export type { MergedSlot, MergeTrace } from './session/merge-trace.js';
export { Session, type StepOptions } from './session/session.js';
export type { SessionOptions } from './session/session-options.js';
export { everyLogits, lastLogits } from './session/step-logits.js';
export type { StepResult } from './session/step-result.js';
export { shippedProbes } from './surprise-probes/shipped-probes.js';
export type { SurpriseProbes } from './surprise-probes/surprise-probes.js';
