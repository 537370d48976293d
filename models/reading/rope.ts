import type { RotaryScaling } from '@geodesic/compiler';
import { z } from 'zod';
import { optional, parseFields, positiveInteger, readKnownFields } from './fields.js';
import { ggufFieldError } from './gguf.js';

/** How RoPE is described by Hugging Face configs: `rope_theta` and `rope_scaling`, or since transformers 5 `rope_parameters`. */
export const ropeFields = {
  rope_theta: optional(z.number().positive()),
  rope_scaling: optional(z.record(z.string(), z.unknown())),
  rope_parameters: optional(z.record(z.string(), z.unknown())),
} as const;

/** The base of the frequencies, and how they are rescaled. */
interface Rope {
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | null;
}

const scalingTypes = ['default', 'linear', 'llama3'] as const;

const scalingType = z.enum(scalingTypes, {
  error: (issue) =>
    `RoPE scaling '${String(issue.input)}' is not supported; supported are ${scalingTypes.join(', ')}`,
});

/** The fields of every RoPE object; older files write `type` for `rope_type`. */
const headFields = {
  rope_theta: optional(z.number().positive()),
  rope_type: optional(scalingType),
  type: optional(scalingType),
} as const;
const head = z.looseObject(headFields);

const linear = z.object({ ...headFields, factor: z.number().positive() });
const llama3 = z.object({
  ...headFields,
  factor: z.number().positive(),
  low_freq_factor: z.number().positive(),
  high_freq_factor: z.number().positive(),
  original_max_position_embeddings: z.number().positive(),
});

type Parameters = Readonly<Record<string, unknown>>;

/** Each scaling knows its own fields only: one that belongs to another might change the arithmetic, and is refused. */
const scalings: Readonly<
  Record<(typeof scalingTypes)[number], (what: string, parameters: Parameters) => RotaryScaling | null>
> = {
  default: (what, parameters) => {
    readKnownFields(what, z.object(headFields), parameters);
    return null;
  },
  linear: (what, parameters) => {
    const { factor } = readKnownFields(what, linear, parameters);
    return { type: 'linear', factor };
  },
  llama3: (what, parameters) => {
    const fields = readKnownFields(what, llama3, parameters);
    return {
      type: 'llama3',
      factor: fields.factor,
      lowFreqFactor: fields.low_freq_factor,
      highFreqFactor: fields.high_freq_factor,
      originalMaxPositionEmbeddings: fields.original_max_position_embeddings,
    };
  },
};

/** Factors that are not supported, but that some files write out as 1, which is to say that there are none. */
const NEUTRAL_AT_ONE = new Set(['attention_factor', 'partial_rotary_factor']);

/** What an object says beyond the defaults. */
function stated(parameters: object | undefined): Parameters {
  const says = ([key, value]: [string, unknown]) =>
    value !== null && !(value === 1 && NEUTRAL_AT_ONE.has(key));
  return Object.fromEntries(Object.entries(parameters ?? {}).filter(says));
}

/**
 * Theta (default 10000) and scaling of a config's RoPE.
 *
 * @throws GeodesicError as `readKnownFields`, of the fields inside the RoPE objects
 */
export function readRope(
  architecture: string,
  fields: {
    rope_theta: number | undefined;
    rope_scaling: object | undefined;
    rope_parameters: object | undefined;
  },
): Rope {
  const parameters = { ...stated(fields.rope_scaling), ...stated(fields.rope_parameters) };
  const what = `config.json of a '${architecture}' model, RoPE`;
  // The type first: of a type that is not supported, none of the fields is.
  const { rope_theta: theta, rope_type, type } = parseFields(what, head, parameters);
  const ropeScaling = scalings[rope_type ?? type ?? 'default'](what, parameters);
  return { ropeTheta: theta ?? fields.rope_theta ?? 10000, ropeScaling };
}

/** How RoPE is described by GGUF metadata, below the architecture's name, to spread into its schema. */
export const ggufRopeFields = {
  'rope.dimension_count': optional(positiveInteger),
  'rope.freq_base': optional(z.number().positive()),
  'rope.scaling.type': optional(z.enum(['none', 'linear'])),
  'rope.scaling.factor': optional(z.number().nonnegative()),
} as const;

type GgufRopeFields = z.output<z.ZodObject<typeof ggufRopeFields>>;

/** @throws GeodesicError `config.field` for rotary dimensions and factors that are not supported */
export function readGgufRope(type: string, fields: GgufRopeFields, headDim: number): Rope {
  const rotated = fields['rope.dimension_count'] ?? headDim;
  if (rotated !== headDim) {
    throw ggufFieldError(
      type,
      'rope.dimension_count',
      `partial rotary embedding, ${rotated} of a head's ${headDim} features, is not supported`,
    );
  }
  return { ropeTheta: fields['rope.freq_base'] ?? 10000, ropeScaling: readGgufScaling(type, fields) };
}

function readGgufScaling(type: string, fields: GgufRopeFields): RotaryScaling | null {
  const factor = fields['rope.scaling.factor'];
  // A factor without a type scales linearly, and a factor of 0 is none, as llama.cpp reads them.
  const scaling = fields['rope.scaling.type'] ?? (factor ? 'linear' : 'none');
  if (scaling === 'none') return null;
  if (factor) return { type: 'linear', factor };
  throw ggufFieldError(type, 'rope.scaling.factor', 'linear scaling needs a positive number');
}
