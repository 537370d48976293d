import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { onlyField, optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufRotaryDecoderFields,
  type RotaryDecoderConfig,
  readGgufRotaryDecoder,
  readRotaryDecoder,
  rotaryDecoderFields,
} from '../reading/rotary-decoder.js';

export interface Starcoder2Config extends RotaryDecoderConfig {
  readonly normEps: number;
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
  /** Whether all projections have biases. */
  readonly bias: boolean;
}

const huggingFaceFields = z.object({
  ...rotaryDecoderFields,
  norm_epsilon: z.number().nonnegative(),
  sliding_window: optional(positiveInteger),
  use_bias: z.boolean(),
  mlp_type: onlyField('default', 'another kind of MLP'),
  norm_type: onlyField('layer_norm', 'another kind of norm'),
  scale_attn_weights: onlyField(true, 'attention without scaled logits'),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 2,
  norm_epsilon: 1e-5,
  use_bias: true,
  tie_word_embeddings: true,
} as const;

/** Published configs repeat `norm_epsilon` under another name, and ask for the precision that is always computed in. */
const inert = ['layer_norm_epsilon', 'attention_softmax_in_fp32', 'scale_attention_softmax_in_fp32'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Starcoder2Config {
  const fields = readFields('starcoder2', huggingFaceFields, { ...defaults, ...config }, inert);
  return {
    ...readRotaryDecoder('starcoder2', fields, { activation: 'geluTanh' }),
    normEps: fields.norm_epsilon,
    slidingWindow: fields.sliding_window ?? null,
    bias: fields.use_bias,
  };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  'attention.sliding_window': optional(positiveInteger),
  // Converters of early 2024 wrote it to files of every architecture; llama.cpp reads none of it here.
  use_parallel_residual: optional(z.boolean()),
});

export function readGguf(description: GgufDescription): Starcoder2Config {
  const fields = readGgufFields('starcoder2', ggufFields, description.metadata);
  return {
    ...readGgufRotaryDecoder('starcoder2', fields, description, { activation: 'geluTanh' }),
    normEps: fields['attention.layer_norm_epsilon'],
    slidingWindow: fields['attention.sliding_window'] ?? null,
    bias: description.tensorNames.includes('blk.0.attn_q.bias'),
  };
}
