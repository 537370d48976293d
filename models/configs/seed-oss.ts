import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface SeedOssConfig extends LlamaLikeConfig {
  /** Biases of the query, key and value projections. */
  readonly attentionBias: boolean;
  /** Bias of attention's output projection. */
  readonly attentionOutputBias: boolean;
  readonly mlpBias: boolean;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  attention_bias: z.boolean(),
  attention_out_bias: z.boolean(),
  mlp_bias: z.boolean(),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 8,
  head_dim: 128,
  max_position_embeddings: 524288,
  rms_norm_eps: 1e-6,
  attention_bias: true,
  attention_out_bias: false,
  mlp_bias: false,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): SeedOssConfig {
  const fields = readFields('seed_oss', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('seed_oss', fields),
    attentionBias: fields.attention_bias,
    attentionOutputBias: fields.attention_out_bias,
    mlpBias: fields.mlp_bias,
  };
}

const ggufFields = z.object(ggufLlamaLikeFields);

export function readGguf(description: GgufDescription): SeedOssConfig {
  const fields = readGgufFields('seed_oss', ggufFields, description.metadata);
  const has = (tensor: string) => description.tensorNames.includes(tensor);
  return {
    ...readGgufLlamaLike('seed_oss', fields, description),
    attentionBias: has('blk.0.attn_q.bias'),
    attentionOutputBias: has('blk.0.attn_output.bias'),
    mlpBias: has('blk.0.ffn_up.bias'),
  };
}
