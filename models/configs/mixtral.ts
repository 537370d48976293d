import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface MixtralConfig extends LlamaLikeConfig {
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
  readonly numExperts: number;
  /** How many experts each token goes to. */
  readonly numExpertsPerToken: number;
}

/** More would be a mistake, as with layers: each expert has weights of its own to be named. */
const maxExperts = 100_000;

const huggingFaceFields = z
  .object({
    ...llamaLikeFields,
    sliding_window: optional(positiveInteger),
    num_local_experts: positiveInteger,
    num_experts_per_tok: positiveInteger,
  })
  .refine(({ num_experts_per_tok, num_local_experts }) => num_experts_per_tok <= num_local_experts, {
    path: ['num_experts_per_tok'],
    error: "more than the experts of 'num_local_experts'",
  })
  .refine((fields) => fields.num_hidden_layers * fields.num_local_experts <= maxExperts, {
    path: ['num_local_experts'],
    error: `more than ${maxExperts} experts in all layers together`,
  });

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 8,
  rms_norm_eps: 1e-5,
  num_local_experts: 8,
  num_experts_per_tok: 2,
} as const;

/** They change training, or what is given out beside the logits. */
const inert = ['output_router_logits', 'router_aux_loss_coef', 'router_jitter_noise'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): MixtralConfig {
  const fields = readFields('mixtral', huggingFaceFields, { ...defaults, ...config }, inert);
  return {
    ...readLlamaLike('mixtral', fields, { defaultTheta: 1e6 }),
    slidingWindow: fields.sliding_window ?? null,
    numExperts: fields.num_local_experts,
    numExpertsPerToken: fields.num_experts_per_tok,
  };
}

const ggufFields = z
  .object({
    ...ggufLlamaLikeFields,
    'attention.sliding_window': optional(positiveInteger),
    expert_count: positiveInteger,
    expert_used_count: positiveInteger,
  })
  .refine(({ expert_used_count, expert_count }) => expert_used_count <= expert_count, {
    path: ['expert_used_count'],
    error: "more than the experts of 'expert_count'",
  })
  .refine((fields) => fields.block_count * fields.expert_count <= maxExperts, {
    path: ['expert_count'],
    error: `more than ${maxExperts} experts in all layers together`,
  });

/** GGUF files call it 'llama' too. */
export function readGguf(description: GgufDescription): MixtralConfig {
  const fields = readGgufFields('llama', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('llama', fields, description),
    slidingWindow: fields['attention.sliding_window'] ?? null,
    numExperts: fields.expert_count,
    numExpertsPerToken: fields.expert_used_count,
  };
}
