export { arcee } from './arcee.js';
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
export { codegen } from './codegen.js';
export { cohere } from './cohere.js';
export { cohere2 } from './cohere2.js';
export type { ArceeConfig } from './configs/arcee.js';
export type { BloomConfig } from './configs/bloom.js';
export type { CodegenConfig } from './configs/codegen.js';
export type { CohereConfig } from './configs/cohere.js';
export type { Cohere2Config } from './configs/cohere2.js';
export type { Ernie45Config } from './configs/ernie4-5.js';
export type { Exaone4Config } from './configs/exaone4.js';
export type { FalconConfig } from './configs/falcon.js';
export type { GemmaConfig } from './configs/gemma.js';
export type { Gemma2Config } from './configs/gemma2.js';
export type { Gemma3Config } from './configs/gemma3.js';
export type { GlmConfig } from './configs/glm.js';
export type { Glm4Config } from './configs/glm4.js';
export type { GptBigCodeConfig } from './configs/gpt-bigcode.js';
export type { GptNeoConfig } from './configs/gpt-neo.js';
export type { GptNeoxConfig } from './configs/gpt-neox.js';
export type { Gpt2Config } from './configs/gpt2.js';
export type { GptjConfig } from './configs/gptj.js';
export type { GraniteConfig } from './configs/granite.js';
export type { GraniteMoeConfig } from './configs/granitemoe.js';
export type { HeliumConfig } from './configs/helium.js';
export type { HunyuanV1DenseConfig } from './configs/hunyuan-v1-dense.js';
export type { LlamaConfig } from './configs/llama.js';
export type { MistralConfig } from './configs/mistral.js';
export type { MixtralConfig } from './configs/mixtral.js';
export type { MptConfig } from './configs/mpt.js';
export type { NemotronConfig } from './configs/nemotron.js';
export type { OlmoConfig } from './configs/olmo.js';
export type { Olmo2Config } from './configs/olmo2.js';
export type { Olmo3Config } from './configs/olmo3.js';
export type { OlmoeConfig } from './configs/olmoe.js';
export type { OptConfig } from './configs/opt.js';
export type { PhiConfig } from './configs/phi.js';
export type { Phi3Config } from './configs/phi3.js';
export type { Qwen2Config } from './configs/qwen2.js';
export type { Qwen2MoeConfig } from './configs/qwen2-moe.js';
export type { Qwen3Config } from './configs/qwen3.js';
export type { Qwen3MoeConfig } from './configs/qwen3-moe.js';
export type { SeedOssConfig } from './configs/seed-oss.js';
export type { SmolLm3Config } from './configs/smollm3.js';
export type { StableLmConfig } from './configs/stablelm.js';
export type { Starcoder2Config } from './configs/starcoder2.js';
export { ernie45 } from './ernie4-5.js';
export { exaone4 } from './exaone4.js';
export { falcon } from './falcon.js';
export { gemma } from './gemma.js';
export { gemma2 } from './gemma2.js';
export { gemma3 } from './gemma3.js';
export { glm } from './glm.js';
export { glm4 } from './glm4.js';
export { gptBigCode } from './gpt-bigcode.js';
export { gptNeo } from './gpt-neo.js';
export { gptNeox } from './gpt-neox.js';
export { gpt2 } from './gpt2.js';
export { gptj } from './gptj.js';
export { granite } from './granite.js';
export { graniteMoe } from './granitemoe.js';
export { helium } from './helium.js';
export { hunyuanV1Dense } from './hunyuan-v1-dense.js';
export { llama } from './llama.js';
export { mistral } from './mistral.js';
export { mixtral } from './mixtral.js';
export { mpt } from './mpt.js';
export { nemotron } from './nemotron.js';
export { olmo } from './olmo.js';
export { olmo2 } from './olmo2.js';
export { olmo3 } from './olmo3.js';
export { olmoe } from './olmoe.js';
export { opt } from './opt.js';
export { phi } from './phi.js';
export { phi3 } from './phi3.js';
export { qwen2 } from './qwen2.js';
export { qwen2Moe } from './qwen2-moe.js';
export { qwen3 } from './qwen3.js';
export { qwen3Moe } from './qwen3-moe.js';
export type { BiasConfig } from './reading/biases.js';
export type { AttentionDecoderConfig } from './reading/decoder.js';
export type { ExpertsConfig } from './reading/experts.js';
export { ROTARY_FACTOR_TENSORS } from './reading/gguf-rotary-factors.js';
export type { GraniteScales } from './reading/granite-scales.js';
export type { LaterGemmaConfig } from './reading/later-gemma.js';
export type { LlamaLikeConfig } from './reading/llama-like.js';
export type { QwenExpertsConfig } from './reading/qwen-experts.js';
export type { RotaryDecoderConfig } from './reading/rotary-decoder.js';
export {
  architectures,
  modelFromGguf,
  modelFromHuggingFace,
  type RegisteredArchitecture,
  type ResolvedModel,
} from './registry.js';
export { seedOss } from './seed-oss.js';
export { smollm3 } from './smollm3.js';
export { stablelm } from './stablelm.js';
export { starcoder2 } from './starcoder2.js';
