import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { onlyField, optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import { qwenWindowDefaults, qwenWindowFields, readQwenWindows } from '../reading/switched-windows.js';

export interface Qwen2Config extends LlamaLikeConfig {
  /** One a layer: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindows: readonly (number | null)[];
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...qwenWindowFields,
  use_mrope: onlyField(false, 'multimodal RoPE'),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { ...qwenWindowDefaults, num_key_value_heads: 32, rms_norm_eps: 1e-6 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Qwen2Config {
  const fields = readFields('qwen2', huggingFaceFields, { ...defaults, ...config });
  const common = readLlamaLike('qwen2', fields);
  return { ...common, slidingWindows: readQwenWindows('qwen2', fields, common.numHiddenLayers) };
}

const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  // Converters of early 2024 wrote it to files of every architecture; llama.cpp reads none of it here.
  use_parallel_residual: optional(z.boolean()),
});

/** llama.cpp leaves out the windows, which no published model switches on. */
export function readGguf(description: GgufDescription): Qwen2Config {
  const fields = readGgufFields('qwen2', ggufFields, description.metadata);
  const common = readGgufLlamaLike('qwen2', fields, description);
  return { ...common, slidingWindows: Array.from({ length: common.numHiddenLayers }, () => null) };
}
