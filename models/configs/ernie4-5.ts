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

export interface Ernie45Config extends LlamaLikeConfig {
  /** Whether all projections of attention and MLP have biases. */
  readonly bias: boolean;
}

const huggingFaceFields = z.object({ ...llamaLikeFields, use_bias: optional(z.boolean()) });

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 2,
  head_dim: 128,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Ernie45Config {
  const fields = readFields('ernie4_5', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('ernie4_5', fields, { defaultTheta: 5e5 }),
    bias: fields.use_bias ?? false,
  };
}

const ggufFields = z.object(ggufLlamaLikeFields);

export function readGguf(description: GgufDescription): Ernie45Config {
  const fields = readGgufFields('ernie4_5', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('ernie4_5', fields, description),
    bias: description.tensorNames.includes('blk.0.attn_q.bias'),
  };
}
