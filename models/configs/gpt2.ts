import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { type AttentionDecoderConfig, ggufDecoderFields, readGgufDecoder } from '../reading/decoder.js';
import { onlyField, optional } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { gptFields, readGptDecoder, readGptFields } from '../reading/gpt.js';

export interface Gpt2Config extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly layerNormEps: number;
  /** Whether attention logits are divided by √headDim. */
  readonly scaleAttention: boolean;
  /** Whether those of layer i (0-based) are divided by i + 1 too (those of stanford-crfm). */
  readonly scaleAttentionByLayer: boolean;
}

const huggingFaceFields = z.object({
  ...gptFields,
  scale_attn_weights: optional(z.boolean()),
  scale_attn_by_inverse_layer_idx: optional(z.boolean()),
  add_cross_attention: onlyField(false, 'attention to the states of an encoder'),
});

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Gpt2Config {
  // The order in which attention is computed changes how it rounds in half floats, and nothing else.
  const fields = readGptFields('gpt2', huggingFaceFields, config, ['reorder_and_upcast_attn']);
  return {
    ...readGptDecoder('gpt2', fields, true),
    activation: fields.activation_function ?? 'geluTanh',
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    scaleAttention: fields.scale_attn_weights ?? true,
    scaleAttentionByLayer: fields.scale_attn_by_inverse_layer_idx ?? false,
  };
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
});

export function readGguf(description: GgufDescription): Gpt2Config {
  const fields = readGgufFields('gpt2', ggufFields, description.metadata);
  return {
    ...readGgufDecoder('gpt2', fields, description),
    activation: 'geluTanh',
    layerNormEps: fields['attention.layer_norm_epsilon'],
    scaleAttention: true,
    scaleAttentionByLayer: false,
  };
}
