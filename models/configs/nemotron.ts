import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { type BiasConfig, biasFields, readBiases, readGgufBiases } from '../reading/biases.js';
import { optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufRotaryDecoderFields,
  type RotaryDecoderConfig,
  readGgufRotaryDecoder,
  readRotaryDecoder,
  rotaryDecoderFields,
} from '../reading/rotary-decoder.js';

export interface NemotronConfig extends RotaryDecoderConfig, BiasConfig {
  readonly normEps: number;
  /** How many features of each head turn. */
  readonly rotaryDim: number;
}

const huggingFaceFields = z.object({
  ...rotaryDecoderFields,
  norm_eps: z.number().nonnegative(),
  partial_rotary_factor: optional(z.number().positive().max(1)),
  ...biasFields,
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { max_position_embeddings: 4096, norm_eps: 1e-5 } as const;

const options = { partial: true, activation: 'reluSquared' } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): NemotronConfig {
  const fields = readFields('nemotron', huggingFaceFields, { ...defaults, ...config });
  const partialRotaryFactor = fields.partial_rotary_factor ?? 0.5;
  return {
    ...readRotaryDecoder('nemotron', fields, { ...options, partialRotaryFactor }),
    normEps: fields.norm_eps,
    ...readBiases(fields),
  };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
});

export function readGguf(description: GgufDescription): NemotronConfig {
  const fields = readGgufFields('nemotron', ggufFields, description.metadata);
  return {
    ...readGgufRotaryDecoder('nemotron', fields, description, options),
    normEps: fields['attention.layer_norm_epsilon'],
    ...readGgufBiases(description),
  };
}
