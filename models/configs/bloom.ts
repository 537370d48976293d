import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { withoutAliases } from '../reading/aliases.js';
import { type AttentionDecoderConfig, ggufDecoderFields, readGgufDecoder } from '../reading/decoder.js';
import {
  headCount,
  layerCount,
  onlyField,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { readMultiHead } from '../reading/multi-head.js';

export interface BloomConfig extends AttentionDecoderConfig {
  readonly layerNormEps: number;
  /** Whether a residual adds to the normalised states instead of those before the norm. */
  readonly residualOfNormed: boolean;
}

const huggingFaceFields = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  n_layer: layerCount,
  n_head: headCount,
  seq_length: optional(positiveInteger),
  layer_norm_epsilon: optional(z.number().nonnegative()),
  apply_residual_connection_post_layernorm: optional(z.boolean()),
  tie_word_embeddings: optional(z.boolean()),
  slow_but_exact: onlyField(false, 'a sum over the shards of training'),
});

const ALIASES = {
  n_embed: 'hidden_size',
  num_hidden_layers: 'n_layer',
  num_attention_heads: 'n_head',
} as const;

/** Of Megatron's kernels and of training; transformers computes none of them. The MLP is always four times as wide. */
const INERT_FIELDS = [
  'attention_softmax_in_fp32',
  'bias_dropout_fusion',
  'gradient_checkpointing',
  'masked_softmax_fusion',
  'n_inner',
  'offset_alibi',
  'skip_bias_add',
  'skip_bias_add_qkv',
];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): BloomConfig {
  const named = withoutAliases('bloom', config, ALIASES);
  const fields = readFields('bloom', huggingFaceFields, named, INERT_FIELDS);
  const sizes = {
    vocabSize: fields.vocab_size,
    hiddenSize: fields.hidden_size,
    intermediateSize: undefined,
    numHiddenLayers: fields.n_layer,
    numAttentionHeads: fields.n_head,
    // Positions have no end in ALiBi; BLOOM was trained with as many.
    maxPositionEmbeddings: fields.seq_length ?? 2048,
    tieWordEmbeddings: fields.tie_word_embeddings ?? true,
  };
  return {
    ...readMultiHead('bloom', { hiddenSize: 'hidden_size', numAttentionHeads: 'n_head' }, sizes),
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    residualOfNormed: fields.apply_residual_connection_post_layernorm ?? false,
  };
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  'attention.max_alibi_bias': onlyField(8, 'another largest ALiBi bias'),
});

export function readGguf(description: GgufDescription): BloomConfig {
  const fields = readGgufFields('bloom', ggufFields, description.metadata);
  return {
    ...readGgufDecoder('bloom', fields, description),
    layerNormEps: fields['attention.layer_norm_epsilon'],
    residualOfNormed: false,
  };
}
