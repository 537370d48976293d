import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { type AttentionDecoderConfig, ggufDecoderFields, readGgufDecoder } from '../reading/decoder.js';
import { onlyField, optional } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { gptFields, readGptDecoder, readGptFields } from '../reading/gpt.js';

export interface GptBigCodeConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly layerNormEps: number;
  /** Whether attention logits are divided by √headDim. */
  readonly scaleAttention: boolean;
}

const huggingFaceFields = z.object({
  ...gptFields,
  multi_query: optional(z.boolean()),
  scale_attn_weights: optional(z.boolean()),
  add_cross_attention: onlyField(false, 'attention to the states of an encoder'),
});

/** The precision that is always computed in, and how BigCode's own server laid out its memory. */
const inert = [
  'attention_softmax_in_fp32',
  'inference_runner',
  'max_batch_size',
  'max_sequence_length',
  'pad_key_length',
  'pre_allocate_kv_cache',
  'scale_attention_softmax_in_fp32',
  'validate_runner_input',
];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GptBigCodeConfig {
  const fields = readGptFields('gpt_bigcode', huggingFaceFields, config, inert);
  const common = readGptDecoder('gpt_bigcode', fields, true);
  return {
    ...common,
    numKeyValueHeads: (fields.multi_query ?? true) ? 1 : common.numAttentionHeads,
    activation: fields.activation_function ?? 'geluTanh',
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    scaleAttention: fields.scale_attn_weights ?? true,
  };
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  // llama.cpp's converter writes 1 to every file, and knows no other layout of the fused projections.
  'attention.head_count_kv': z.literal(1, {
    error: 'more than one head of keys and values is not supported',
  }),
});

export function readGguf(description: GgufDescription): GptBigCodeConfig {
  const fields = readGgufFields('starcoder', ggufFields, description.metadata);
  return {
    ...readGgufDecoder('starcoder', fields, description),
    activation: 'geluTanh',
    layerNormEps: fields['attention.layer_norm_epsilon'],
    scaleAttention: true,
  };
}
