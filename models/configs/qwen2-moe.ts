import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { inertExpertFields } from '../reading/experts.js';
import { optional, positiveInteger, readFields } from '../reading/fields.js';
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
import { qwenWindowDefaults, qwenWindowFields, readSwitchedWindows } from '../reading/switched-windows.js';

export interface Qwen2MoeConfig extends LlamaLikeConfig, QwenExpertsConfig {
  /** Features inside the expert that every token goes to. */
  readonly sharedExpertIntermediateSize: number;
  /** Biases of the query, key and value projections. */
  readonly attentionBias: boolean;
  /** One a layer: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindows: readonly (number | null)[];
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...qwenExpertFields,
  ...qwenWindowFields,
  shared_expert_intermediate_size: positiveInteger,
  qkv_bias: optional(z.boolean()),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  ...qwenWindowDefaults,
  num_key_value_heads: 16,
  rms_norm_eps: 1e-6,
  moe_intermediate_size: 1408,
  shared_expert_intermediate_size: 5632,
  num_experts: 60,
  num_experts_per_tok: 4,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Qwen2MoeConfig {
  const fields = readFields('qwen2_moe', huggingFaceFields, { ...defaults, ...config }, inertExpertFields);
  const common = readLlamaLike('qwen2_moe', fields);
  // Unlike in other Qwens, a window is on every second of the first `max_window_layers` layers.
  const isWindowed = (layer: number) => layer % 2 === 0 && layer < fields.max_window_layers;
  return {
    ...common,
    ...readQwenExperts('qwen2_moe', fields),
    sharedExpertIntermediateSize: fields.shared_expert_intermediate_size,
    attentionBias: fields.qkv_bias ?? true,
    slidingWindows: readSwitchedWindows('qwen2_moe', fields, common.numHiddenLayers, isWindowed),
  };
}

const ggufFields = z.object({
  ...ggufQwenExpertFields,
  expert_shared_feed_forward_length: optional(positiveInteger),
});

/** llama.cpp never scales the probabilities of the experts, and leaves out the windows, which no published model switches on. */
export function readGguf(description: GgufDescription): Qwen2MoeConfig {
  const fields = readGgufFields('qwen2moe', ggufFields, description.metadata);
  const common = readGgufLlamaLike('qwen2moe', fields, description);
  return {
    ...common,
    ...readGgufQwenExperts('qwen2moe', fields, false),
    sharedExpertIntermediateSize: fields.expert_shared_feed_forward_length ?? common.intermediateSize,
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    slidingWindows: Array.from({ length: common.numHiddenLayers }, () => null),
  };
}
