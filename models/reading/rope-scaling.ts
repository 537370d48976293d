import type { RotaryScaling } from '@geodesic/compiler';
import { z } from 'zod';
import { fieldError, optional, positiveInteger, readKnownFields } from './fields.js';

export type RopeParameters = Readonly<Record<string, unknown>>;

/** What scalings ask of the model around them. */
export interface RopeSurroundings {
  /** How errors name the file. */
  readonly what: string;
  readonly maxPositionEmbeddings: number;
  /** Where the config says it outside of its RoPE object (Phi-3). */
  readonly originalMaxPositionEmbeddings?: number | undefined;
  readonly rotaryDim: number;
}

const supported = ['default', 'linear', 'dynamic', 'yarn', 'longrope', 'llama3'] as const;

/** The kind of a scaling, 'su' in the first Phi-3 configs; its error names the kinds that are supported. */
const scalingType = z
  .enum([...supported, 'su'], {
    error: (issue) =>
      `RoPE scaling '${String(issue.input)}' is not supported; supported are ${supported.join(', ')}`,
  })
  .transform((type) => (type === 'su' ? 'longrope' : type));

/** The fields of every RoPE object; older files write `type` for `rope_type`. */
export const ropeHeadFields = {
  rope_theta: optional(z.number().positive()),
  partial_rotary_factor: optional(z.number().positive().max(1)),
  /** Of the scalings that have such a factor, more is accepted. */
  attention_factor: optional(z.literal(1)),
  rope_type: optional(scalingType),
  type: optional(scalingType),
} as const;

const factor = z.number().positive();
const original = { original_max_position_embeddings: optional(positiveInteger) } as const;

const linear = z.object({ ...ropeHeadFields, factor });
const dynamic = z.object({ ...ropeHeadFields, factor });
const llama3 = z.object({
  ...ropeHeadFields,
  factor,
  low_freq_factor: z.number().positive(),
  high_freq_factor: z.number().positive(),
  original_max_position_embeddings: z.number().positive(),
});
const yarn = z.object({
  ...ropeHeadFields,
  ...original,
  factor: optional(factor),
  attention_factor: optional(z.number().positive()),
  beta_fast: optional(z.number().positive()),
  beta_slow: optional(z.number().positive()),
  mscale: optional(z.number().nonnegative()),
  mscale_all_dim: optional(z.number().nonnegative()),
  truncate: optional(z.boolean()),
});
const longrope = z.object({
  ...ropeHeadFields,
  ...original,
  factor: optional(factor),
  attention_factor: optional(z.number().positive()),
  short_factor: z.array(z.number().positive()),
  long_factor: z.array(z.number().positive()),
});

/** Each scaling knows its own fields only: one that belongs to another might change the arithmetic, and is refused. */
export const scalings: Readonly<
  Record<
    (typeof supported)[number],
    (parameters: RopeParameters, around: RopeSurroundings) => RotaryScaling | null
  >
> = {
  default(parameters, { what }) {
    readKnownFields(what, z.object(ropeHeadFields), parameters);
    return null;
  },
  linear(parameters, { what }) {
    return { type: 'linear', factor: readKnownFields(what, linear, parameters).factor };
  },
  dynamic(parameters, { what, maxPositionEmbeddings, rotaryDim }) {
    const fields = readKnownFields(what, dynamic, parameters);
    if (rotaryDim <= 2) {
      throw fieldError(what, 'rope_type', `'dynamic' needs more than ${rotaryDim} rotated features a head`);
    }
    return { type: 'dynamic', factor: fields.factor, originalMaxPositionEmbeddings: maxPositionEmbeddings };
  },
  yarn(parameters, around) {
    const fields = readKnownFields(around.what, yarn, parameters);
    const originalLength = originalLengthOf(fields, around);
    const growth = fields.factor ?? around.maxPositionEmbeddings / originalLength;
    return {
      type: 'yarn',
      factor: growth,
      originalMaxPositionEmbeddings: originalLength,
      attentionFactor: fields.attention_factor ?? yarnMagnitude(growth, fields.mscale, fields.mscale_all_dim),
      betaFast: fields.beta_fast ?? 32,
      betaSlow: fields.beta_slow ?? 1,
      truncate: fields.truncate ?? true,
    };
  },
  longrope(parameters, around) {
    const fields = readKnownFields(around.what, longrope, parameters);
    for (const key of ['short_factor', 'long_factor'] as const) {
      const [given, needed] = [fields[key].length, around.rotaryDim / 2];
      if (given !== needed) throw fieldError(around.what, key, `${given} factors for ${needed} frequencies`);
    }
    const originalLength = originalLengthOf(fields, around);
    const growth = fields.factor ?? around.maxPositionEmbeddings / originalLength;
    return {
      type: 'longrope',
      shortFactors: fields.short_factor,
      longFactors: fields.long_factor,
      originalMaxPositionEmbeddings: originalLength,
      attentionFactor: fields.attention_factor ?? longropeMagnitude(growth, originalLength),
    };
  },
  llama3(parameters, { what }) {
    const fields = readKnownFields(what, llama3, parameters);
    if (fields.low_freq_factor >= fields.high_freq_factor) {
      throw fieldError(
        what,
        'low_freq_factor',
        `must be below the high_freq_factor ${fields.high_freq_factor}`,
      );
    }
    return {
      type: 'llama3',
      factor: fields.factor,
      lowFreqFactor: fields.low_freq_factor,
      highFreqFactor: fields.high_freq_factor,
      originalMaxPositionEmbeddings: fields.original_max_position_embeddings,
    };
  },
};

/** Where the config says it twice, both must say the same: transformers takes the one outside of the RoPE object. */
function originalLengthOf(
  { original_max_position_embeddings: own }: { original_max_position_embeddings: number | undefined },
  { what, originalMaxPositionEmbeddings: outer, maxPositionEmbeddings }: RopeSurroundings,
): number {
  if (own !== undefined && outer !== undefined && own !== outer) {
    const problem = `${own}, but outside of the RoPE object it is ${outer}`;
    throw fieldError(what, 'original_max_position_embeddings', problem);
  }
  return outer ?? own ?? maxPositionEmbeddings;
}

/** YaRN's factor of cosines and sines: 0.1 ln(factor) + 1, or the quotient of two such terms (transformers, `_compute_yarn_parameters`). */
export function yarnMagnitude(growth: number, mscale?: number, mscaleAllDim?: number): number {
  const magnitude = (scale: number) => (growth <= 1 ? 1 : 0.1 * scale * Math.log(growth) + 1);
  return mscale && mscaleAllDim ? magnitude(mscale) / magnitude(mscaleAllDim) : magnitude(1);
}

/** LongRoPE's factor of cosines and sines: √(1 + ln(factor) / ln(original length)) (Ding et al., 2024). */
function longropeMagnitude(growth: number, originalLength: number): number {
  return growth <= 1 ? 1 : Math.sqrt(1 + Math.log(growth) / Math.log(originalLength));
}
