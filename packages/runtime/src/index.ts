export { type GeneratedPiece, type GenerateOptions, type Generation, generate } from './generate.js';
export {
  LanguageModel,
  type LanguageModelParts,
  type LoadModelOptions,
  type SurpriseProbes,
} from './language-model.js';
export { klDivergence, klOfLogProbabilities, logSoftmax, topTokens } from './likeliest-tokens.js';
export {
  type LoadProgress,
  type LoadWeightsOptions,
  loadParameters,
  type WeightStorage,
} from './load-parameters.js';
export type { MergedSlot, MergeTrace } from './merge-trace.js';
export { type PlannedSlot, plannedMerge } from './planned-merge.js';
export { seededRandom } from './random.js';
export { randomParameters } from './random-parameters.js';
export { resolveSource } from './resolve-source.js';
export { argmax, type SamplingOptions, sampleToken } from './sampling.js';
export {
  Session,
  type SessionOptions,
  type StepOptions,
  type StepResult,
} from './session.js';
export { defaultProtection } from './session-merges.js';
export { shippedProbes } from './surprise-probes/shipped-probes.js';
export { protectedTokens, TokenProtection } from './token-protection.js';
