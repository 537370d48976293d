export type {
  Architecture,
  DecoderConfig,
  GgufDescription,
  TensorMap,
  TensorSource,
} from './architecture.js';
export { type LlamaConfig, llama } from './llama.js';
export { architectures, modelFromGguf, modelFromHuggingFace, type ResolvedModel } from './registry.js';
