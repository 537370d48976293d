export * from '@geodesic/compiler';
export * from '@geodesic/dsl';
export {
  type GeneratedPiece,
  type GenerateOptions,
  type Generation,
  generate,
  LanguageModel,
  type MergeTrace,
  Session,
  type SessionOptions,
  type StepResult,
} from '@geodesic/runtime';
export { applyChatTemplate, type ChatMessage, type Tokenizer } from '@geodesic/weights';
export { openBackend } from './open-backend.js';
export { loadModel, OpenedModel, openModel } from './open-model.js';
