export { type Device, probeDevice } from '@geodesic/backend';
export * from '@geodesic/compiler';
export * from '@geodesic/dsl';
export type { DecoderConfig } from '@geodesic/models';
export {
  type GeneratedPiece,
  type GenerateOptions,
  type Generation,
  generate,
  LanguageModel,
  type LanguageModelParts,
  type MergeTrace,
  protectedTokens,
  randomParameters,
  Session,
  type SessionOptions,
  type StepResult,
} from '@geodesic/runtime';
export { applyChatTemplate, type ChatMessage, type Tokenizer } from '@geodesic/weights';
export { type ArchitectureList, type ListedArchitecture, listArchitectures } from './architecture-list.js';
export { openBackend } from './open-backend.js';
export { loadModel, OpenedModel, openModel } from './open-model.js';
