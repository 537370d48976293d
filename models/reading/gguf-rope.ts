import type { RotaryScaling } from '@geodesic/compiler';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, positiveInteger } from './fields.js';
import { ggufFieldError } from './gguf.js';
import { readRotaryFactors } from './gguf-rotary-factors.js';
import type { RopeConfig, RopeContext } from './rope.js';
import { yarnMagnitude } from './rope-scaling.js';

/** How RoPE is described by GGUF metadata, below the architecture's name, to spread into its schema. */
export const ggufRopeFields = {
  'rope.dimension_count': optional(positiveInteger),
  'rope.freq_base': optional(z.number().positive()),
  'rope.scaling.type': optional(
    z.enum(['none', 'linear', 'yarn'], {
      error: (issue) =>
        `RoPE scaling '${String(issue.input)}' is not supported; supported are none, linear, yarn`,
    }),
  ),
  'rope.scaling.factor': optional(z.number().nonnegative()),
  'rope.scaling.original_context_length': optional(positiveInteger),
} as const;

export type GgufRopeFields = z.output<z.ZodObject<typeof ggufRopeFields>>;

/** @throws GeodesicError `config.field` for scalings that are not supported */
export function readGgufRope(
  type: string,
  fields: GgufRopeFields,
  { headDim, maxPositionEmbeddings, partial = false }: RopeContext,
  description: GgufDescription,
): RopeConfig {
  const rotaryDim = fields['rope.dimension_count'] ?? headDim;
  if (rotaryDim !== headDim && !(partial && rotaryDim < headDim)) {
    throw ggufFieldError(
      type,
      'rope.dimension_count',
      `partial rotary embedding, ${rotaryDim} of a head's ${headDim} features, is not supported`,
    );
  }
  if (rotaryDim % 2 !== 0) {
    throw ggufFieldError(type, 'rope.dimension_count', `${rotaryDim} is odd, and RoPE rotates pairs`);
  }
  // llama.cpp too takes the whole context where the file doesn't say (`n_ctx_orig_yarn`).
  const originalMaxPositionEmbeddings =
    fields['rope.scaling.original_context_length'] ?? maxPositionEmbeddings;
  const factors = readRotaryFactors(type, { rotaryDim, originalMaxPositionEmbeddings }, description);
  const scaling = readGgufScaling(type, fields, originalMaxPositionEmbeddings);
  if (factors && scaling) {
    throw ggufFieldError(
      type,
      'rope.scaling.type',
      `${scaling.type} scaling of frequencies that are divided by factors in a tensor is not supported`,
    );
  }
  return {
    ropeTheta: fields['rope.freq_base'] ?? 10000,
    ropeScaling: factors ?? scaling,
    rotaryDim,
    maxPositionEmbeddings,
  };
}

/**
 * A scaling with the factor of cosines and sines that a file gives. llama.cpp multiplies with it whatever the scaling; converters write
 * it of one kind alone.
 *
 * @throws GeodesicError `config.field` for a factor of another scaling
 */
export function withAttentionFactor(
  type: string,
  kind: 'yarn' | 'longrope',
  scaling: RotaryScaling | null,
  attentionFactor: number | undefined,
): RotaryScaling | null {
  if (attentionFactor === undefined) return scaling;
  if (scaling?.type === kind) return { ...scaling, attentionFactor };
  throw ggufFieldError(
    type,
    'rope.scaling.attn_factor',
    `${attentionFactor} without ${kind === 'yarn' ? 'YaRN' : 'LongRoPE'} is not supported`,
  );
}

function readGgufScaling(
  type: string,
  fields: GgufRopeFields,
  originalMaxPositionEmbeddings: number,
): RotaryScaling | null {
  const factor = fields['rope.scaling.factor'];
  // A factor without a type scales linearly, and a factor of 0 is none, as llama.cpp reads them.
  const scaling = fields['rope.scaling.type'] ?? (factor ? 'linear' : 'none');
  if (scaling === 'none') return null;
  if (!factor)
    throw ggufFieldError(type, 'rope.scaling.factor', `${scaling} scaling needs a positive number`);
  if (scaling === 'linear') return { type: 'linear', factor };
  return {
    type: 'yarn',
    factor,
    originalMaxPositionEmbeddings,
    attentionFactor: yarnMagnitude(factor),
    betaFast: 32,
    betaSlow: 1,
    truncate: true,
  };
}
