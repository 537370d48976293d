import type { RotaryScaling } from '@geodesic/compiler';
import { z } from 'zod';
import { optional, parseFields } from './fields.js';

/** How RoPE is described by Hugging Face configs: `rope_theta` and `rope_scaling`, or since transformers 5 `rope_parameters`. */
export const ropeFields = {
  rope_theta: optional(z.number().positive()),
  rope_scaling: optional(z.record(z.string(), z.unknown())),
  rope_parameters: optional(z.record(z.string(), z.unknown())),
} as const;

const scalingSchemas = {
  default: z.looseObject({}).transform((): RotaryScaling | null => null),
  linear: z
    .looseObject({ factor: z.number().positive() })
    .transform(({ factor }): RotaryScaling => ({ type: 'linear', factor })),
  llama3: z
    .looseObject({
      factor: z.number().positive(),
      low_freq_factor: z.number().positive(),
      high_freq_factor: z.number().positive(),
      original_max_position_embeddings: z.number().positive(),
    })
    .transform(
      (fields): RotaryScaling => ({
        type: 'llama3',
        factor: fields.factor,
        lowFreqFactor: fields.low_freq_factor,
        highFreqFactor: fields.high_freq_factor,
        originalMaxPositionEmbeddings: fields.original_max_position_embeddings,
      }),
    ),
} as const;

const scalingType = z.enum(Object.keys(scalingSchemas) as [keyof typeof scalingSchemas], {
  error: (issue) =>
    `RoPE scaling '${String(issue.input)}' is not supported; supported are ${Object.keys(scalingSchemas).join(', ')}`,
});

/** Theta (default 10000) and scaling of a config's RoPE. */
export function readRope(
  architecture: string,
  fields: {
    rope_theta: number | undefined;
    rope_scaling: object | undefined;
    rope_parameters: object | undefined;
  },
): { ropeTheta: number; ropeScaling: RotaryScaling | null } {
  const parameters = { ...fields.rope_scaling, ...fields.rope_parameters } as Record<string, unknown>;
  const what = `config.json of a '${architecture}' model, RoPE`;
  const head = z.looseObject({
    rope_theta: optional(z.number().positive()),
    rope_type: optional(scalingType),
    type: optional(scalingType),
  });
  const { rope_theta: theta, rope_type, type } = parseFields(what, head, parameters);
  const ropeScaling = parseFields(what, scalingSchemas[rope_type ?? type ?? 'default'], parameters);
  return { ropeTheta: theta ?? fields.rope_theta ?? 10000, ropeScaling };
}
