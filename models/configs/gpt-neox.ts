import type { RotaryScaling } from '@geodesic/compiler';
import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { withoutAliases } from '../reading/aliases.js';
import {
  type AttentionDecoderConfig,
  ggufDecoderFields,
  readDecoder,
  readGgufDecoder,
} from '../reading/decoder.js';
import {
  activationField,
  headCount,
  layerCount,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { ggufRopeFields, readGgufRope } from '../reading/gguf-rope.js';
import { GPT_INERT_FIELDS } from '../reading/gpt.js';
import { readRope, ropeFields } from '../reading/rope.js';

export interface GptNeoxConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly layerNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | null;
  /** How many features of a head turn. */
  readonly rotaryDim: number;
  readonly attentionBias: boolean;
  /** Whether attention and MLP read the same states, side by side. */
  readonly parallelResidual: boolean;
}

const huggingFaceFields = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  intermediate_size: positiveInteger,
  num_hidden_layers: layerCount,
  num_attention_heads: headCount,
  max_position_embeddings: positiveInteger,
  tie_word_embeddings: optional(z.boolean()),
  rope_scaling: ropeFields.rope_scaling,
  rope_parameters: ropeFields.rope_parameters,
  rotary_emb_base: optional(z.number().positive()),
  rotary_pct: optional(z.number().positive().max(1)),
  hidden_act: activationField,
  layer_norm_eps: optional(z.number().nonnegative()),
  attention_bias: optional(z.boolean()),
  use_parallel_residual: optional(z.boolean()),
});

/** Names that some versions of transformers wrote beside the model's own. */
const ALIASES = { rope_theta: 'rotary_emb_base', partial_rotary_factor: 'rotary_pct' } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GptNeoxConfig {
  const named = withoutAliases('gpt_neox', config, ALIASES);
  const fields = readFields('gpt_neox', huggingFaceFields, named, ['is_decoder', ...GPT_INERT_FIELDS]);
  const common = readDecoder('gpt_neox', {
    ...fields,
    num_key_value_heads: undefined,
    head_dim: undefined,
  });
  return {
    ...common,
    ...readRope('gpt_neox', fields, {
      ...common,
      partial: true,
      partialRotaryFactor: fields.rotary_pct ?? 0.25,
      defaultTheta: fields.rotary_emb_base ?? 10000,
    }),
    activation: fields.hidden_act ?? 'gelu',
    layerNormEps: fields.layer_norm_eps ?? 1e-5,
    attentionBias: fields.attention_bias ?? true,
    parallelResidual: fields.use_parallel_residual ?? true,
  };
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  ...ggufRopeFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  use_parallel_residual: z.boolean(),
});

export function readGguf(description: GgufDescription): GptNeoxConfig {
  const fields = readGgufFields('gptneox', ggufFields, description.metadata);
  const common = readGgufDecoder('gptneox', { ...fields, use_parallel_residual: undefined }, description);
  return {
    ...common,
    ...readGgufRope('gptneox', fields, { ...common, partial: true }, description),
    // Files don't say which: Pythia's. llama.cpp computes its tanh approximation for every model.
    activation: 'gelu',
    layerNormEps: fields['attention.layer_norm_epsilon'],
    attentionBias: description.tensorNames.includes('blk.0.attn_qkv.bias'),
    parallelResidual: fields.use_parallel_residual,
  };
}
