import type { RotaryScaling } from '@geodesic/compiler';
import type { ActivationName } from '@geodesic/dsl';
import type { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import {
  type AttentionDecoderConfig,
  decoderFields,
  type GgufDecoderFields,
  ggufDecoderFields,
  readDecoder,
  readGgufDecoder,
} from './decoder.js';
import { activationField } from './fields.js';
import { type GgufRopeFields, ggufRopeFields, readGgufRope } from './gguf-rope.js';
import { type RopeConfig, type RopeContext, readRope, ropeFields } from './rope.js';

/** What the configs of decoders with RoPE in every layer say. */
export interface RotaryDecoderConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | null;
}

/** Their fields in Hugging Face configs, to spread into an architecture's schema. */
export const rotaryDecoderFields = { ...decoderFields, ...ropeFields, hidden_act: activationField } as const;

/** What differs between their architectures. */
export interface RotaryDecoderOptions extends Omit<RopeContext, 'headDim' | 'maxPositionEmbeddings'> {
  /** Where a config leaves it out, and of every GGUF file; default `silu`. */
  readonly activation?: ActivationName;
}

type RotaryDecoderFields = z.output<z.ZodObject<typeof rotaryDecoderFields>>;

/** @throws GeodesicError as `readDecoder` and `readRope` */
export function readRotaryDecoder(
  type: string,
  fields: RotaryDecoderFields,
  { activation = 'silu', ...options }: RotaryDecoderOptions = {},
): RotaryDecoderConfig & RopeConfig {
  const common = readDecoder(type, fields);
  return {
    ...common,
    ...readRope(type, fields, { ...common, ...options }),
    activation: fields.hidden_act ?? activation,
  };
}

/** Their fields in GGUF metadata, to spread into an architecture's schema. */
export const ggufRotaryDecoderFields = { ...ggufDecoderFields, ...ggufRopeFields } as const;

export type GgufRotaryDecoderFields = GgufDecoderFields & GgufRopeFields;

/** @throws GeodesicError as `readGgufDecoder` and `readGgufRope` */
export function readGgufRotaryDecoder(
  type: string,
  fields: GgufRotaryDecoderFields,
  description: GgufDescription,
  { activation = 'silu', ...options }: RotaryDecoderOptions = {},
): RotaryDecoderConfig & RopeConfig {
  const common = readGgufDecoder(type, fields, description);
  return {
    ...common,
    ...readGgufRope(type, fields, { ...common, ...options }, description),
    activation,
  };
}
