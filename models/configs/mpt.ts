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

export interface MptConfig extends AttentionDecoderConfig {
  readonly layerNormEps: number;
  /** The steepest slope of ALiBi is 2^(−alibiBiasMax / heads), the flattest 2^(−alibiBiasMax). */
  readonly alibiBiasMax: number;
  /** Keeps queries, keys and values within ± this. */
  readonly clip: number | null;
  /** Factor of the attention logits; null: 1 / √headDim. */
  readonly attentionScale: number | null;
}

const huggingFaceFields = z.object({
  vocab_size: positiveInteger,
  d_model: positiveInteger,
  n_layers: layerCount,
  n_heads: headCount,
  expansion_ratio: optional(positiveInteger),
  max_seq_len: positiveInteger,
  layer_norm_epsilon: optional(z.number().nonnegative()),
  tie_word_embeddings: optional(z.boolean()),
  attn_config: optional(z.record(z.string(), z.unknown())),
  no_bias: onlyField(true, 'a bias'),
  logit_scale: onlyField(1, 'a scale of the logits'),
  norm_type: optional(
    z.enum(['low_precision_layernorm', 'layernorm'], { error: 'only layer norms are supported' }),
  ),
});

const ALIASES = {
  hidden_size: 'd_model',
  num_hidden_layers: 'n_layers',
  num_attention_heads: 'n_heads',
} as const;

/** Of training; and `learned_pos_emb`, which has no effect beside ALiBi. */
const INERT_FIELDS = [
  'embedding_fraction',
  'init_config',
  'init_device',
  'learned_pos_emb',
  'tokenizer_name',
  'verbose',
];

const attentionFields = z.object({
  alibi: onlyField(true, 'attention without ALiBi'),
  alibi_bias_max: optional(z.number().positive()),
  attn_type: onlyField('multihead_attention', 'another kind of attention'),
  attn_uses_sequence_id: onlyField(false, 'attention within parts of a sequence'),
  clip_qkv: optional(z.number().nonnegative()),
  prefix_lm: onlyField(false, 'a prefix that sees all of itself'),
  qk_ln: onlyField(false, 'a norm of queries and keys'),
  softmax_scale: optional(z.number().positive()),
});

export function readHuggingFace(config: Readonly<Record<string, unknown>>): MptConfig {
  const fields = readFields('mpt', huggingFaceFields, withoutAliases('mpt', config, ALIASES), INERT_FIELDS);
  const attention = readFields('mpt', attentionFields, fields.attn_config ?? {}, ['attn_impl']);
  const sizes = {
    vocabSize: fields.vocab_size,
    hiddenSize: fields.d_model,
    intermediateSize: (fields.expansion_ratio ?? 4) * fields.d_model,
    numHiddenLayers: fields.n_layers,
    numAttentionHeads: fields.n_heads,
    maxPositionEmbeddings: fields.max_seq_len,
    tieWordEmbeddings: fields.tie_word_embeddings ?? true,
  };
  return {
    ...readMultiHead('mpt', { hiddenSize: 'd_model', numAttentionHeads: 'n_heads' }, sizes),
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    alibiBiasMax: attention.alibi_bias_max ?? 8,
    clip: attention.clip_qkv || null,
    attentionScale: attention.softmax_scale ?? null,
  };
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  'attention.max_alibi_bias': z.number().positive({ error: 'attention without ALiBi is not supported' }),
  'attention.clamp_kqv': optional(z.number().nonnegative()),
});

export function readGguf(description: GgufDescription): MptConfig {
  const fields = readGgufFields('mpt', ggufFields, description.metadata);
  return {
    ...readGgufDecoder('mpt', fields, description),
    layerNormEps: fields['attention.layer_norm_epsilon'],
    alibiBiasMax: fields['attention.max_alibi_bias'],
    clip: fields['attention.clamp_kqv'] || null,
    attentionScale: null,
  };
}
