import type { RotaryScaling } from '@geodesic/compiler';
import { z } from 'zod';
import { describeConfig, fieldError, optional, parseFields } from './fields.js';
import { type RopeParameters, ropeHeadFields, scalings } from './rope-scaling.js';

/** An object whose kind, at least, is known: its own fields are read when what they depend on is. */
const scalingOfKnownType = z.looseObject({
  rope_type: ropeHeadFields.rope_type,
  type: ropeHeadFields.type,
});

/**
 * How RoPE is described by Hugging Face configs: `rope_theta`, `rope_scaling` and `partial_rotary_factor`, or since transformers 5
 * all of them in `rope_parameters`.
 */
export const ropeFields = {
  rope_theta: optional(z.number().positive()),
  rope_scaling: optional(scalingOfKnownType),
  rope_parameters: optional(scalingOfKnownType),
} as const;

/** The base of the frequencies, how they are rescaled, how many features of a head turn, and how long a context may get. */
export interface RopeConfig {
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | null;
  readonly rotaryDim: number;
  readonly maxPositionEmbeddings: number;
}

/** What readers of RoPE ask of the model around it. */
export interface RopeContext {
  readonly headDim: number;
  readonly maxPositionEmbeddings: number;
  readonly originalMaxPositionEmbeddings?: number | undefined;
  /** Default 10000. */
  readonly defaultTheta?: number;
  /** Whether the architecture can rotate a part of a head's features; default false. */
  readonly partial?: boolean;
  /** Share of a head's features that turn where the config's RoPE object does not say it; default all. */
  readonly partialRotaryFactor?: number | undefined;
}

interface RopeFieldValues {
  readonly rope_theta?: number | undefined;
  readonly rope_scaling?: object | undefined;
  readonly rope_parameters?: object | undefined;
}

const head = z.looseObject({ ...ropeHeadFields, attention_factor: z.unknown().optional() });

/** What an object says beyond the defaults, its kind as `rope_type`. */
function stated(parameters: object | undefined): RopeParameters {
  const given = Object.entries(parameters ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const { type, ...rest }: RopeParameters = Object.fromEntries(given);
  return type === undefined ? rest : { rope_type: type, ...rest };
}

/**
 * Theta, scaling and rotated features of a config's RoPE.
 *
 * @throws GeodesicError as `readKnownFields`, of the fields inside the RoPE objects
 */
export function readRope(architecture: string, fields: RopeFieldValues, context: RopeContext): RopeConfig {
  const what = `${describeConfig(architecture)}, RoPE`;
  const outside = {
    rope_theta: fields.rope_theta ?? context.defaultTheta ?? 10000,
    partial_rotary_factor: context.partialRotaryFactor ?? 1,
  };
  const parameters = agreed(what, stated(fields.rope_scaling), stated(fields.rope_parameters), outside);
  // The type first: of a type that is not supported, none of the fields is.
  const {
    rope_theta: ropeTheta = outside.rope_theta,
    rope_type,
    partial_rotary_factor,
  } = parseFields(what, head, parameters);
  const rotaryDim = rotatedFeatures(what, context, partial_rotary_factor);
  if (ropeTheta <= 1)
    throw fieldError(what, 'rope_theta', `${ropeTheta} is not supported: a base above 1 is needed`);
  const ropeScaling = scalings[rope_type ?? 'default'](parameters, { what, ...context, rotaryDim });
  return {
    ropeTheta,
    ropeScaling,
    rotaryDim,
    maxPositionEmbeddings: reachOf(context.maxPositionEmbeddings, ropeScaling),
  };
}

/**
 * What two generations of RoPE objects say. Of a config with both, versions of transformers take `rope_scaling` and the fields
 * outside of it, or `rope_parameters`: each that says something must say the same.
 */
function agreed(
  what: string,
  older: RopeParameters,
  newer: RopeParameters,
  outside: RopeParameters,
): RopeParameters {
  if (Object.keys(older).length === 0) return newer;
  for (const [field, value] of Object.entries(newer)) {
    const other = older[field] ?? outside[field];
    if (JSON.stringify(other) === JSON.stringify(value)) continue;
    const where = older[field] === undefined ? 'beside' : 'in';
    const problem = `${JSON.stringify(other) ?? 'nothing'} ${where} rope_scaling, but ${JSON.stringify(value)} in rope_parameters`;
    throw fieldError(what, field, problem);
  }
  return older;
}

function rotatedFeatures(
  what: string,
  { headDim, partial = false, partialRotaryFactor }: RopeContext,
  own?: number,
): number {
  const factor = own ?? partialRotaryFactor ?? 1;
  if (factor !== 1 && !partial) {
    throw fieldError(what, 'partial_rotary_factor', `${factor} is not supported: all features turn`);
  }
  const rotaryDim = Math.trunc(headDim * factor);
  if (rotaryDim > 0 && rotaryDim % 2 === 0) return rotaryDim;
  if (factor === 1) {
    throw fieldError(what, 'head_dim', `a head's ${headDim} features are odd, and RoPE rotates pairs`);
  }
  throw fieldError(
    what,
    'partial_rotary_factor',
    `${rotaryDim} of a head's ${headDim} features can't turn in pairs`,
  );
}

/** Dynamic scaling is there to go beyond the positions that the config names. */
function reachOf(maxPositionEmbeddings: number, scaling: RotaryScaling | null): number {
  return scaling?.type === 'dynamic'
    ? Math.floor(maxPositionEmbeddings * Math.max(scaling.factor, 1))
    : maxPositionEmbeddings;
}
