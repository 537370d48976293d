import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import {
  type ExpertsConfig,
  ggufExpertFields,
  inertExpertFields,
  readExperts,
  readGgufExperts,
  withOneExpertCount,
} from '../reading/experts.js';
import { optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface OlmoeConfig extends LlamaLikeConfig, ExpertsConfig {
  /** Whether the probabilities of the experts that a token goes to are scaled to a sum of 1. */
  readonly normTopkProb: boolean;
  readonly attentionBias: boolean;
  /** Keeps queries, keys and values within ± this. */
  readonly clip: number | null;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  num_experts: positiveInteger,
  num_experts_per_tok: positiveInteger,
  norm_topk_prob: optional(z.boolean()),
  attention_bias: optional(z.boolean()),
  clip_qkv: optional(z.number().positive()),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { rms_norm_eps: 1e-5, num_experts: 64, num_experts_per_tok: 8 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): OlmoeConfig {
  const given = { ...defaults, ...withOneExpertCount('olmoe', config) };
  const fields = readFields('olmoe', huggingFaceFields, given, inertExpertFields);
  return {
    ...readLlamaLike('olmoe', fields),
    ...readExperts('olmoe', 'num_experts', fields),
    normTopkProb: fields.norm_topk_prob ?? false,
    attentionBias: fields.attention_bias ?? false,
    clip: fields.clip_qkv ?? null,
  };
}

const ggufFields = z.object({ ...ggufLlamaLikeFields, ...ggufExpertFields });

/** llama.cpp never scales the probabilities, and knows neither biases nor a clip. */
export function readGguf(description: GgufDescription): OlmoeConfig {
  const fields = readGgufFields('olmoe', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('olmoe', fields, description),
    ...readGgufExperts('olmoe', fields),
    normTopkProb: false,
    attentionBias: false,
    clip: null,
  };
}
