import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufRotaryDecoderFields,
  type RotaryDecoderConfig,
  readGgufRotaryDecoder,
  readRotaryDecoder,
  rotaryDecoderFields,
} from '../reading/rotary-decoder.js';

export interface StableLmConfig extends RotaryDecoderConfig {
  readonly normEps: number;
  /** How many features of each head turn. */
  readonly rotaryDim: number;
  /** Biases of the query, key and value projections. */
  readonly attentionBias: boolean;
  /** Whether each head's queries and keys are normalised, with a weight of its own. */
  readonly queryKeyNorm: boolean;
  /** Whether attention and MLP stand side by side. */
  readonly parallelResidual: boolean;
}

/** A head's size always follows from the others. */
const { head_dim: _, ...ownFields } = rotaryDecoderFields;

const huggingFaceFields = z.object({
  ...ownFields,
  layer_norm_eps: z.number().nonnegative(),
  partial_rotary_factor: optional(z.number().positive().max(1)),
  use_qkv_bias: z.boolean(),
  qk_layernorm: z.boolean(),
  use_parallel_residual: z.boolean(),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 32,
  layer_norm_eps: 1e-5,
  use_qkv_bias: false,
  qk_layernorm: false,
  use_parallel_residual: false,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): StableLmConfig {
  const fields = readFields('stablelm', huggingFaceFields, { ...defaults, ...config });
  const sizes = { ...fields, head_dim: undefined };
  const partialRotaryFactor = fields.partial_rotary_factor ?? 0.25;
  return {
    ...readRotaryDecoder('stablelm', sizes, { partial: true, partialRotaryFactor }),
    normEps: fields.layer_norm_eps,
    attentionBias: fields.use_qkv_bias,
    queryKeyNorm: fields.qk_layernorm,
    parallelResidual: fields.use_parallel_residual,
  };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  // Written as true where the config left it out, which means false; llama.cpp goes by the tensors.
  use_parallel_residual: optional(z.boolean()),
});

export function readGguf(description: GgufDescription): StableLmConfig {
  const fields = readGgufFields('stablelm', ggufFields, description.metadata);
  const has = (tensor: string) => description.tensorNames.includes(tensor);
  return {
    ...readGgufRotaryDecoder('stablelm', fields, description, { partial: true }),
    normEps: fields['attention.layer_norm_epsilon'],
    attentionBias: has('blk.0.attn_q.bias'),
    queryKeyNorm: has('blk.0.attn_q_norm.weight'),
    parallelResidual: !has('blk.0.ffn_norm.weight'),
  };
}
