import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { onlyField, optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface GraniteConfig extends LlamaLikeConfig {
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  /** Factor of the embeddings. */
  readonly embeddingScale: number;
  /** Factor of the attention logits. */
  readonly attentionScale: number;
  /** Factor of what attention and MLP add to the states. */
  readonly residualScale: number;
  /** Factor of the logits. */
  readonly logitScale: number;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  attention_bias: optional(z.boolean()),
  mlp_bias: optional(z.boolean()),
  embedding_multiplier: z.number(),
  attention_multiplier: z.number(),
  residual_multiplier: z.number(),
  /** What the logits are divided by. */
  logits_scaling: z.number().positive(),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  rms_norm_eps: 1e-6,
  embedding_multiplier: 1,
  attention_multiplier: 1,
  residual_multiplier: 1,
  logits_scaling: 1,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GraniteConfig {
  const fields = readFields('granite', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('granite', fields),
    attentionBias: fields.attention_bias ?? false,
    mlpBias: fields.mlp_bias ?? false,
    embeddingScale: fields.embedding_multiplier,
    attentionScale: fields.attention_multiplier,
    residualScale: fields.residual_multiplier,
    logitScale: 1 / fields.logits_scaling,
  };
}

const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  embedding_scale: optional(z.number()),
  'attention.scale': optional(z.number()),
  residual_scale: optional(z.number()),
  logit_scale: z.number().positive(),
  // llama.cpp takes it for whether there is RoPE at all.
  'rope.scaling.finetuned': onlyField(true, 'attention without RoPE'),
});

/** A factor of 0 is as if it were left out, as in llama.cpp. */
export function readGguf(description: GgufDescription): GraniteConfig {
  const fields = readGgufFields('granite', ggufFields, description.metadata);
  const common = readGgufLlamaLike('granite', fields, description);
  return {
    ...common,
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    mlpBias: description.tensorNames.includes('blk.0.ffn_up.bias'),
    embeddingScale: fields.embedding_scale || 1,
    attentionScale: fields['attention.scale'] || common.headDim ** -0.5,
    residualScale: fields.residual_scale || 1,
    logitScale: 1 / fields.logit_scale,
  };
}
