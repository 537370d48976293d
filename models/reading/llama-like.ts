import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import type { RopeConfig } from './rope.js';
import {
  type GgufRotaryDecoderFields,
  ggufRotaryDecoderFields,
  type RotaryDecoderConfig,
  type RotaryDecoderOptions,
  readGgufRotaryDecoder,
  readRotaryDecoder,
  rotaryDecoderFields,
} from './rotary-decoder.js';

/** What the configs of Llama's descendants say: RoPE, RMS norms, a gated MLP. */
export interface LlamaLikeConfig extends RotaryDecoderConfig {
  readonly rmsNormEps: number;
}

/** Their fields in Hugging Face configs, to spread into an architecture's schema. */
export const llamaLikeFields = { ...rotaryDecoderFields, rms_norm_eps: z.number().nonnegative() } as const;

export type LlamaLikeFields = z.output<z.ZodObject<typeof llamaLikeFields>>;

/** @throws GeodesicError as `readRotaryDecoder` */
export function readLlamaLike(
  type: string,
  fields: LlamaLikeFields,
  options: RotaryDecoderOptions = {},
): LlamaLikeConfig & RopeConfig {
  return { ...readRotaryDecoder(type, fields, options), rmsNormEps: fields.rms_norm_eps };
}

/** Their fields in GGUF metadata, to spread into an architecture's schema. */
export const ggufLlamaLikeFields = {
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_rms_epsilon': z.number().nonnegative(),
} as const;

export type GgufLlamaLikeFields = GgufRotaryDecoderFields & {
  readonly 'attention.layer_norm_rms_epsilon': number;
};

/** @throws GeodesicError as `readGgufRotaryDecoder` */
export function readGgufLlamaLike(
  type: string,
  fields: GgufLlamaLikeFields,
  description: GgufDescription,
  options: RotaryDecoderOptions = {},
): LlamaLikeConfig & RopeConfig {
  return {
    ...readGgufRotaryDecoder(type, fields, description, options),
    rmsNormEps: fields['attention.layer_norm_rms_epsilon'],
  };
}
