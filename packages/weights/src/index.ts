export {
  type CatalogueEntry,
  catalogue,
  type HubSource,
  type ModelOrigin,
  type WheelPart,
  type WheelSource,
} from './catalogue.js';
export { applyChatTemplate, type ChatMessage, type ChatTemplateOptions } from './chat-template.js';
export type {
  Checkpoint,
  MetadataArray,
  MetadataValue,
  ReadOptions,
  StoredBlocks,
  TensorInfo,
} from './checkpoint.js';
export { encodeChat } from './encode-chat.js';
export { openGguf } from './gguf-checkpoint.js';
export { ggufTokenizer } from './gguf-tokenizer.js';
export { huggingFaceTokenizer, type TokenizerFiles } from './hugging-face-tokenizer.js';
export type { GgufModelSource, ModelSource, SafetensorsModelSource } from './model-source.js';
export { openCheckpointFiles } from './open-checkpoint-files.js';
export { type PreTokenizer, preTokenizers } from './pre-tokenizers.js';
export { blobFile, type RandomAccessFile } from './random-access-file.js';
export { readModelFiles } from './read-model-files.js';
export { interleavedRows, unpermuteRope, unpermuteRopeColumns } from './rope-permutation.js';
export { openSafetensors } from './safetensors-checkpoint.js';
export { type TensorCodec, tensorCodecs } from './tensor-codecs.js';
export { TokenStream } from './token-stream.js';
export type { Tokenizer } from './tokenizer.js';
