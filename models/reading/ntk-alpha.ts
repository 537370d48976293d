import { z } from 'zod';
import { describeConfig, fieldError, optional, parseFields, readKnownFields } from './fields.js';
import type { ropeFields } from './rope.js';
import { ropeHeadFields } from './rope-scaling.js';

type RopeObject = z.output<typeof ropeFields.rope_scaling>;

/** A RoPE object with a fixed `alpha`, and what is written beside it and has no effect then (transformers, `HunYuanDenseV1RotaryEmbedding`). */
const withAlpha = z.object({
  ...ropeHeadFields,
  alpha: z.number().positive(),
  factor: z.unknown().optional(),
  beta_fast: z.unknown().optional(),
  beta_slow: z.unknown().optional(),
  mscale: z.unknown().optional(),
  mscale_all_dim: z.unknown().optional(),
});

const maybeAlpha = z.looseObject({
  rope_type: ropeHeadFields.rope_type,
  type: ropeHeadFields.type,
  alpha: optional(z.number().nonnegative()),
});

/** A config's RoPE objects without the scaling by `alpha`. */
export interface SplitAlpha {
  readonly alpha: number | undefined;
  readonly rope_scaling: RopeObject;
  readonly rope_parameters: RopeObject;
}

/**
 * Takes a scaling of type `dynamic` with an `alpha` out of a config: whatever the row's length, it multiplies the base of the
 * frequencies, by `alphaStretch`.
 *
 * @throws GeodesicError `config.*` naming the field, also where two objects name different values
 */
export function splitAlpha(type: string, fields: Omit<SplitAlpha, 'alpha'>): SplitAlpha {
  const older = withoutAlpha(type, fields.rope_scaling);
  const newer = withoutAlpha(type, fields.rope_parameters);
  if (fields.rope_scaling && fields.rope_parameters && older.alpha !== newer.alpha) {
    const problem = `${older.alpha ?? 'nothing'} in rope_scaling, but ${newer.alpha ?? 'nothing'} in rope_parameters`;
    throw fieldError(describeConfig(type), 'alpha', problem);
  }
  return { alpha: older.alpha ?? newer.alpha, rope_scaling: older.rest, rope_parameters: newer.rest };
}

/** alpha^(d / (d − 2)) for heads of d features: it leaves the fastest frequency as it is, and divides the slowest by alpha. */
export function alphaStretch(type: string, alpha: number, headDim: number): number {
  if (headDim > 2) return alpha ** (headDim / (headDim - 2));
  throw fieldError(describeConfig(type), 'alpha', `needs more than ${headDim} features a head`);
}

function withoutAlpha(type: string, parameters: RopeObject): { alpha: number | undefined; rest: RopeObject } {
  const what = `${describeConfig(type)}, RoPE`;
  const { alpha, rope_type, type: olderType } = parseFields(what, maybeAlpha, parameters ?? {});
  if (!alpha || (rope_type ?? olderType) !== 'dynamic') return { alpha: undefined, rest: parameters };
  const { rope_theta, partial_rotary_factor, attention_factor } = readKnownFields(
    what,
    withAlpha,
    parameters ?? {},
  );
  const rest = { rope_theta, partial_rotary_factor, attention_factor };
  return { alpha, rest: { ...rest, rope_type: undefined, type: undefined } };
}
