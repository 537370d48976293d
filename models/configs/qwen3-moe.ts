import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { inertExpertFields, withOneExpertCount } from '../reading/experts.js';
import { onlyField, optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import {
  ggufQwenExpertFields,
  type QwenExpertsConfig,
  qwenExpertFields,
  readGgufQwenExperts,
  readQwenExperts,
} from '../reading/qwen-experts.js';

export interface Qwen3MoeConfig extends LlamaLikeConfig, QwenExpertsConfig {
  readonly attentionBias: boolean;
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...qwenExpertFields,
  attention_bias: optional(z.boolean()),
  sliding_window: optional(positiveInteger),
  use_sliding_window: optional(z.boolean()),
  // Qwen3-Coder's configs say what is so in all of them.
  qkv_bias: onlyField(false, 'a bias by this name'),
  shared_expert_intermediate_size: onlyField(0, 'a shared expert'),
  use_qk_norm: onlyField(true, 'attention without norms of queries and keys'),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 4,
  rms_norm_eps: 1e-6,
  moe_intermediate_size: 768,
  num_experts: 128,
  num_experts_per_tok: 8,
} as const;

/** Of a window, transformers gives it to all layers or to none: `max_window_layers` says nothing here. */
const inert = [...inertExpertFields, 'max_window_layers'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Qwen3MoeConfig {
  const given = { ...defaults, ...withOneExpertCount('qwen3_moe', config) };
  const fields = readFields('qwen3_moe', huggingFaceFields, given, inert);
  return {
    ...readLlamaLike('qwen3_moe', fields),
    ...readQwenExperts('qwen3_moe', fields),
    attentionBias: fields.attention_bias ?? false,
    slidingWindow: fields.use_sliding_window ? (fields.sliding_window ?? null) : null,
  };
}

const ggufFields = z.object({
  ...ggufQwenExpertFields,
  expert_shared_feed_forward_length: onlyField(0, 'a shared expert'),
});

/** llama.cpp always scales the probabilities of the experts, and leaves out the window, which no published model switches on. */
export function readGguf(description: GgufDescription): Qwen3MoeConfig {
  const fields = readGgufFields('qwen3moe', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('qwen3moe', fields, description),
    ...readGgufQwenExperts('qwen3moe', fields, true),
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    slidingWindow: null,
  };
}
