import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import {
  describeConfig,
  fieldError,
  onlyField,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { withAttentionFactor } from '../reading/gguf-rope.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface Phi3Config extends LlamaLikeConfig {
  /** How many features of each head turn. */
  readonly rotaryDim: number;
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
}

/** Flags that Phi-4-mini's config has and transformers computes nothing with, each only as that checkpoint has it. */
const unusedFlags = {
  attention_bias: onlyField(false, 'attention biases of this architecture'),
  mlp_bias: onlyField(false, 'MLP biases of this architecture'),
  lm_head_bias: onlyField(false, "a head's bias of this architecture"),
  full_attn_mod: onlyField(1, 'full attention in some layers of this architecture'),
  interpolate_factor: onlyField(1, 'interpolated positions of this architecture'),
} as const;

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...unusedFlags,
  original_max_position_embeddings: positiveInteger,
  partial_rotary_factor: optional(z.number().positive().max(1)),
  sliding_window: optional(positiveInteger),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  max_position_embeddings: 4096,
  original_max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Phi3Config {
  const fields = readFields('phi3', huggingFaceFields, { ...defaults, ...config });
  const common = readLlamaLike('phi3', fields, {
    originalMaxPositionEmbeddings: fields.original_max_position_embeddings,
    partial: true,
    partialRotaryFactor: fields.partial_rotary_factor,
  });
  const scaling = common.ropeScaling?.type ?? 'longrope';
  if (scaling !== 'longrope') {
    const problem = `RoPE scaling '${scaling}' is not supported by this architecture; supported are default, longrope`;
    throw fieldError(`${describeConfig('phi3')}, RoPE`, 'rope_type', problem);
  }
  return { ...common, slidingWindow: fields.sliding_window ?? null };
}

const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  'attention.sliding_window': optional(z.int().nonnegative()),
  'rope.scaling.attn_factor': optional(z.number().positive()),
});

/** A window of 0 is none. */
export function readGguf(description: GgufDescription): Phi3Config {
  const fields = readGgufFields('phi3', ggufFields, description.metadata);
  const common = readGgufLlamaLike('phi3', fields, description, { partial: true });
  const { 'rope.scaling.attn_factor': factor } = fields;
  return {
    ...common,
    // A factor of 1 changes nothing, and needs no LongRoPE.
    ropeScaling: withAttentionFactor(
      'phi3',
      'longrope',
      common.ropeScaling,
      factor === 1 ? undefined : factor,
    ),
    slidingWindow: fields['attention.sliding_window'] || null,
  };
}
