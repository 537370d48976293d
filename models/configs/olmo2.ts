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

export interface Olmo2Config extends LlamaLikeConfig {
  readonly attentionBias: boolean;
}

const huggingFaceFields = z.object({ ...llamaLikeFields, attention_bias: optional(z.boolean()) });

/** What transformers fills in for fields that a config leaves out. */
const defaults = { rms_norm_eps: 1e-5 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Olmo2Config {
  const fields = readFields('olmo2', huggingFaceFields, { ...defaults, ...config });
  return { ...readLlamaLike('olmo2', fields), attentionBias: fields.attention_bias ?? false };
}

const ggufFields = z.object(ggufLlamaLikeFields);

export function readGguf(description: GgufDescription): Olmo2Config {
  const fields = readGgufFields('olmo2', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('olmo2', fields, description),
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
  };
}
