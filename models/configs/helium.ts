import { z } from 'zod';
import { optional, readFields } from '../reading/fields.js';
import { type LlamaLikeConfig, llamaLikeFields, readLlamaLike } from '../reading/llama-like.js';

export interface HeliumConfig extends LlamaLikeConfig {
  /** Biases of the query, key and value projections. */
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  attention_bias: optional(z.boolean()),
  mlp_bias: optional(z.boolean()),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 20,
  head_dim: 128,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-8,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): HeliumConfig {
  const fields = readFields('helium', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('helium', fields, { defaultTheta: 1e5 }),
    attentionBias: fields.attention_bias ?? false,
    mlpBias: fields.mlp_bias ?? false,
  };
}
