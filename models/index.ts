export type {
  Architecture,
  DecoderConfig,
  GgufDescription,
  GgufReading,
  HuggingFaceReading,
  MaskKind,
  PositionScheme,
  StoredRows,
  StoredWeight,
  TensorMap,
  TensorSource,
} from './architecture.js';
export { bloom } from './bloom.js';
export { cohere } from './cohere.js';
export type { BloomConfig } from './configs/bloom.js';
export type { CohereConfig } from './configs/cohere.js';
export type { FalconConfig } from './configs/falcon.js';
export type { GemmaConfig } from './configs/gemma.js';
export type { Gemma2Config } from './configs/gemma2.js';
export type { Gemma3Config } from './configs/gemma3.js';
export type { GptNeoConfig } from './configs/gpt-neo.js';
export type { GptNeoxConfig } from './configs/gpt-neox.js';
export type { Gpt2Config } from './configs/gpt2.js';
export type { GptjConfig } from './configs/gptj.js';
export type { LlamaConfig } from './configs/llama.js';
export type { MistralConfig } from './configs/mistral.js';
export type { MixtralConfig } from './configs/mixtral.js';
export type { MptConfig } from './configs/mpt.js';
export type { Olmo2Config } from './configs/olmo2.js';
export type { OptConfig } from './configs/opt.js';
export type { PhiConfig } from './configs/phi.js';
export type { Phi3Config } from './configs/phi3.js';
export type { Qwen2Config } from './configs/qwen2.js';
export type { Qwen3Config } from './configs/qwen3.js';
export type { SmolLm3Config } from './configs/smollm3.js';
export type { StableLmConfig } from './configs/stablelm.js';
export type { Starcoder2Config } from './configs/starcoder2.js';
export { falcon } from './falcon.js';
export { gemma } from './gemma.js';
export { gemma2 } from './gemma2.js';
export { gemma3 } from './gemma3.js';
export { gptNeo } from './gpt-neo.js';
export { gptNeox } from './gpt-neox.js';
export { gpt2 } from './gpt2.js';
export { gptj } from './gptj.js';
export { llama } from './llama.js';
export { mistral } from './mistral.js';
export { mixtral } from './mixtral.js';
export { mpt } from './mpt.js';
export { olmo2 } from './olmo2.js';
export { opt } from './opt.js';
export { phi } from './phi.js';
export { phi3 } from './phi3.js';
export { qwen2 } from './qwen2.js';
export { qwen3 } from './qwen3.js';
export type { AttentionDecoderConfig } from './reading/decoder.js';
export type { LaterGemmaConfig } from './reading/later-gemma.js';
export type { LlamaLikeConfig } from './reading/llama-like.js';
export type { RotaryDecoderConfig } from './reading/rotary-decoder.js';
export {
  architectures,
  modelFromGguf,
  modelFromHuggingFace,
  type RegisteredArchitecture,
  type ResolvedModel,
} from './registry.js';
export { smollm3 } from './smollm3.js';
export { stablelm } from './stablelm.js';
export { starcoder2 } from './starcoder2.js';
