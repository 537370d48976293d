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
  type GraniteScales,
  ggufGraniteScaleFields,
  graniteScaleDefaults,
  graniteScaleFields,
  readGgufGraniteScales,
  readGraniteScales,
} from '../reading/granite-scales.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface GraniteMoeConfig extends LlamaLikeConfig, GraniteScales, ExpertsConfig {
  readonly attentionBias: boolean;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...graniteScaleFields,
  num_local_experts: positiveInteger,
  num_experts_per_tok: positiveInteger,
  attention_bias: optional(z.boolean()),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  ...graniteScaleDefaults,
  rms_norm_eps: 1e-6,
  num_local_experts: 8,
  num_experts_per_tok: 2,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GraniteMoeConfig {
  const given = { ...defaults, ...config };
  const fields = readFields('granitemoe', huggingFaceFields, given, inertExpertFields);
  return {
    ...readLlamaLike('granitemoe', fields),
    ...readGraniteScales(fields),
    ...readExperts('granitemoe', 'num_local_experts', fields),
    attentionBias: fields.attention_bias ?? false,
  };
}

const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  ...ggufGraniteScaleFields,
  ...ggufExpertFields,
});

export function readGguf(description: GgufDescription): GraniteMoeConfig {
  const fields = readGgufFields('granitemoe', ggufFields, description.metadata);
  const common = readGgufLlamaLike('granitemoe', fields, description);
  return {
    ...common,
    ...readGgufGraniteScales(fields, common.headDim),
    ...readGgufExperts('granitemoe', fields),
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
  };
}
