import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufRotaryDecoderFields,
  type RotaryDecoderConfig,
  readGgufRotaryDecoder,
  readRotaryDecoder,
  rotaryDecoderFields,
} from '../reading/rotary-decoder.js';

export interface OlmoConfig extends RotaryDecoderConfig {
  readonly normEps: number;
  readonly attentionBias: boolean;
  /** Keeps queries, keys and values within ± this. */
  readonly clip: number | null;
}

const huggingFaceFields = z.object({
  ...rotaryDecoderFields,
  attention_bias: optional(z.boolean()),
  clip_qkv: optional(z.number().positive()),
});

export function readHuggingFace(config: Readonly<Record<string, unknown>>): OlmoConfig {
  const fields = readFields('olmo', huggingFaceFields, config);
  return {
    ...readRotaryDecoder('olmo', fields),
    // No field says it: it is part of the architecture.
    normEps: 1e-5,
    attentionBias: fields.attention_bias ?? false,
    clip: fields.clip_qkv ?? null,
  };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  'attention.clamp_kqv': optional(z.number().nonnegative()),
});

/** llama.cpp knows no biases of this architecture. */
export function readGguf(description: GgufDescription): OlmoConfig {
  const fields = readGgufFields('olmo', ggufFields, description.metadata);
  return {
    ...readGgufRotaryDecoder('olmo', fields, description),
    normEps: fields['attention.layer_norm_epsilon'],
    attentionBias: false,
    clip: fields['attention.clamp_kqv'] || null,
  };
}
