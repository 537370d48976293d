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
export { type PlannedSlot, plannedMerge } from './planned-merge.js';
export { seededRandom } from './random.js';
export { randomParameters } from './random-parameters.js';
export { resolveSource } from './resolve-source.js';
export { argmax, type SamplingOptions, sampleToken } from './sampling.js';
export type { MergedSlot, MergeTrace } from './session/merge-trace.js';
export { Session, type StepOptions } from './session/session.js';
export { defaultProtection } from './session/session-merges.js';
export type { SessionOptions } from './session/session-options.js';
export { everyLogits, lastLogits } from './session/step-logits.js';
export type { StepResult } from './session/step-result.js';
export { protectedTokens, TokenProtection } from './session/token-protection.js';
export { shippedProbes } from './surprise-probes/shipped-probes.js';
