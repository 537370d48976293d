import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import {
  type ExpertsConfig,
  ggufExpertFields,
  inertExpertFields,
  readExperts,
  readGgufExperts,
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

export interface MixtralConfig extends LlamaLikeConfig, ExpertsConfig {
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  sliding_window: optional(positiveInteger),
  num_local_experts: positiveInteger,
  num_experts_per_tok: positiveInteger,
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 8,
  rms_norm_eps: 1e-5,
  num_local_experts: 8,
  num_experts_per_tok: 2,
} as const;

const inert = [...inertExpertFields, 'router_jitter_noise'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): MixtralConfig {
  const fields = readFields('mixtral', huggingFaceFields, { ...defaults, ...config }, inert);
  return {
    ...readLlamaLike('mixtral', fields, { defaultTheta: 1e6 }),
    ...readExperts('mixtral', 'num_local_experts', fields),
    slidingWindow: fields.sliding_window ?? null,
  };
}

const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  ...ggufExpertFields,
  'attention.sliding_window': optional(positiveInteger),
});

/** GGUF files call it 'llama' too. */
export function readGguf(description: GgufDescription): MixtralConfig {
  const fields = readGgufFields('llama', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('llama', fields, description),
    ...readGgufExperts('llama', fields),
    slidingWindow: fields['attention.sliding_window'] ?? null,
  };
}
