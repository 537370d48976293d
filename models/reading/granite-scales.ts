import { z } from 'zod';
import { onlyField, optional } from './fields.js';

/** The four factors of Granite's models. */
export interface GraniteScales {
  /** Factor of the embeddings. */
  readonly embeddingScale: number;
  /** Factor of the attention logits. */
  readonly attentionScale: number;
  /** Factor of what attention and MLP add to the states. */
  readonly residualScale: number;
  /** Factor of the logits. */
  readonly logitScale: number;
}

/** Their fields in Hugging Face configs, to spread into a schema. */
export const graniteScaleFields = {
  embedding_multiplier: z.number(),
  attention_multiplier: z.number(),
  residual_multiplier: z.number(),
  /** What the logits are divided by. */
  logits_scaling: z.number().positive(),
} as const;

/** What transformers fills in for those that a config leaves out. */
export const graniteScaleDefaults = {
  embedding_multiplier: 1,
  attention_multiplier: 1,
  residual_multiplier: 1,
  logits_scaling: 1,
} as const;

export function readGraniteScales(fields: z.output<z.ZodObject<typeof graniteScaleFields>>): GraniteScales {
  return {
    embeddingScale: fields.embedding_multiplier,
    attentionScale: fields.attention_multiplier,
    residualScale: fields.residual_multiplier,
    logitScale: 1 / fields.logits_scaling,
  };
}

/** Their fields in GGUF metadata, to spread into a schema. */
export const ggufGraniteScaleFields = {
  embedding_scale: optional(z.number()),
  'attention.scale': optional(z.number()),
  residual_scale: optional(z.number()),
  logit_scale: z.number().positive(),
  // llama.cpp takes it for whether there is RoPE at all.
  'rope.scaling.finetuned': onlyField(true, 'attention without RoPE'),
} as const;

/** A factor of 0 is as if it were left out, as in llama.cpp. */
export function readGgufGraniteScales(
  fields: z.output<z.ZodObject<typeof ggufGraniteScaleFields>>,
  headDim: number,
): GraniteScales {
  return {
    embeddingScale: fields.embedding_scale || 1,
    attentionScale: fields['attention.scale'] || headDim ** -0.5,
    residualScale: fields.residual_scale || 1,
    logitScale: 1 / fields.logit_scale,
  };
}
