import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import { qwenWindowDefaults, qwenWindowFields, readQwenWindows } from '../reading/switched-windows.js';

export interface Qwen3Config extends LlamaLikeConfig {
  readonly attentionBias: boolean;
  /** One a layer: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindows: readonly (number | null)[];
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...qwenWindowFields,
  attention_bias: optional(z.boolean()),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  ...qwenWindowDefaults,
  num_key_value_heads: 32,
  head_dim: 128,
  rms_norm_eps: 1e-6,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Qwen3Config {
  const fields = readFields('qwen3', huggingFaceFields, { ...defaults, ...config });
  const common = readLlamaLike('qwen3', fields);
  return {
    ...common,
    attentionBias: fields.attention_bias ?? false,
    slidingWindows: readQwenWindows('qwen3', fields, common.numHiddenLayers),
  };
}

const ggufFields = z.object(ggufLlamaLikeFields);

/** llama.cpp leaves out the windows, which no published model switches on. */
export function readGguf(description: GgufDescription): Qwen3Config {
  const fields = readGgufFields('qwen3', ggufFields, description.metadata);
  const common = readGgufLlamaLike('qwen3', fields, description);
  return {
    ...common,
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    slidingWindows: Array.from({ length: common.numHiddenLayers }, () => null),
  };
}
