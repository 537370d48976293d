import type { RotaryScaling } from '@geodesic/compiler';
import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import {
  type AttentionDecoderConfig,
  ggufDecoderFields,
  readDecoder,
  readGgufDecoder,
} from '../reading/decoder.js';
import {
  activationField,
  describeConfig,
  fieldError,
  headCount,
  layerCount,
  onlyField,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { ggufFieldError, readGgufFields } from '../reading/gguf.js';
import { ggufRopeFields, readGgufRope } from '../reading/gguf-rope.js';
import { readRope, ropeFields } from '../reading/rope.js';

export interface FalconConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly layerNormEps: number;
  /** Null: ALiBi instead of RoPE. */
  readonly ropeTheta: number | null;
  readonly ropeScaling: RotaryScaling | null;
  readonly bias: boolean;
  /**
   * How attention and MLP follow each other: one after the other (Falcon-RW), or side by side with one norm for both (7B, 11B) or
   * a norm each (40B, 180B).
   */
  readonly residual: 'sequential' | 'shared norm' | 'own norms';
}

const huggingFaceFields = z.object({
  ...ropeFields,
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  ffn_hidden_size: optional(positiveInteger),
  num_hidden_layers: layerCount,
  num_attention_heads: headCount,
  num_kv_heads: optional(headCount),
  max_position_embeddings: optional(positiveInteger),
  tie_word_embeddings: optional(z.boolean()),
  alibi: optional(z.boolean()),
  activation: activationField,
  layer_norm_epsilon: optional(z.number().nonnegative()),
  bias: optional(z.boolean()),
  multi_query: optional(z.boolean()),
  parallel_attn: optional(z.boolean()),
  new_decoder_architecture: optional(z.boolean()),
  num_ln_in_parallel_attn: optional(z.union([z.literal(1), z.literal(2)])),
  apply_residual_connection_post_layernorm: onlyField(false, 'a residual of normalised states'),
});

type Fields = z.output<typeof huggingFaceFields>;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): FalconConfig {
  // Falcon 2 writes `ff_factor` beside `ffn_hidden_size`, which alone decides.
  const fields = readFields('falcon', huggingFaceFields, config, ['ff_factor']);
  const common = readDecoder('falcon', {
    ...fields,
    intermediate_size: fields.ffn_hidden_size ?? 4 * fields.hidden_size,
    num_key_value_heads: keyValueHeads(fields),
    head_dim: undefined,
    max_position_embeddings: fields.max_position_embeddings ?? 2048,
    tie_word_embeddings: fields.tie_word_embeddings ?? true,
  });
  const withoutRope = { ...common, ropeTheta: null, ropeScaling: null };
  return {
    ...(fields.alibi ? withoutRope : { ...common, ...readRope('falcon', fields, common) }),
    activation: fields.activation ?? 'gelu',
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    bias: fields.bias ?? false,
    residual: residualOf(fields),
  };
}

/** Only the new architecture has a number of its own; the old one has one head for all queries, or one for each. */
function keyValueHeads(fields: Fields): number {
  if (fields.new_decoder_architecture) return fields.num_kv_heads ?? fields.num_attention_heads;
  return (fields.multi_query ?? true) ? 1 : fields.num_attention_heads;
}

function residualOf(fields: Fields): FalconConfig['residual'] {
  const isNew = fields.new_decoder_architecture ?? false;
  const isParallel = fields.parallel_attn ?? true;
  const norms = fields.num_ln_in_parallel_attn ?? (isNew ? 2 : 1);
  const what = describeConfig('falcon');
  if (isNew && !isParallel) {
    throw fieldError(what, 'parallel_attn', 'the new decoder architecture is always parallel');
  }
  if (!isNew && norms === 2) {
    throw fieldError(what, 'num_ln_in_parallel_attn', '2 norms belong to the new decoder architecture');
  }
  if (!isParallel) return 'sequential';
  return norms === 2 ? 'own norms' : 'shared norm';
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  ...ggufRopeFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
});

/** GGUF files are of the parallel models with RoPE: llama.cpp has no others. */
export function readGguf(description: GgufDescription): FalconConfig {
  const fields = readGgufFields('falcon', ggufFields, description.metadata);
  const common = readGgufDecoder('falcon', fields, description);
  const { tensorNames } = description;
  const residual = tensorNames.includes('blk.0.attn_norm_2.weight') ? 'own norms' : 'shared norm';
  if (residual === 'shared norm' && common.numKeyValueHeads > 1 && fields['rope.freq_base'] === undefined) {
    const problem = "Falcon 2's files leave its base of RoPE out; use the safetensors checkpoint";
    throw ggufFieldError('falcon', 'rope.freq_base', problem);
  }
  return {
    ...common,
    ...readGgufRope('falcon', fields, common, description),
    activation: 'gelu',
    layerNormEps: fields['attention.layer_norm_epsilon'],
    bias: tensorNames.includes('blk.0.attn_qkv.bias'),
    residual,
  };
}
