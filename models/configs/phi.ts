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

export interface PhiConfig extends RotaryDecoderConfig {
  readonly layerNormEps: number;
  /** How many features of each head turn. */
  readonly rotaryDim: number;
  /** Whether each head's queries and keys are normalised. */
  readonly queryKeyNorm: boolean;
}

const huggingFaceFields = z.object({
  ...rotaryDecoderFields,
  layer_norm_eps: z.number().nonnegative(),
  partial_rotary_factor: optional(z.number().positive().max(1)),
  qk_layernorm: optional(z.boolean()),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { max_position_embeddings: 2048, layer_norm_eps: 1e-5 } as const;

const rotation = { partial: true, activation: 'geluTanh' } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): PhiConfig {
  const fields = readFields('phi', huggingFaceFields, { ...defaults, ...config });
  const common = readRotaryDecoder('phi', fields, {
    ...rotation,
    partialRotaryFactor: fields.partial_rotary_factor ?? 0.5,
  });
  return { ...common, layerNormEps: fields.layer_norm_eps, queryKeyNorm: fields.qk_layernorm ?? false };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
});

export function readGguf(description: GgufDescription): PhiConfig {
  const fields = readGgufFields('phi2', ggufFields, description.metadata);
  const common = readGgufRotaryDecoder('phi2', fields, description, rotation);
  return { ...common, layerNormEps: fields['attention.layer_norm_epsilon'], queryKeyNorm: false };
}
