import { z } from 'zod';
import { withoutAliases } from './aliases.js';
import type { AttentionDecoderConfig } from './decoder.js';
import { activationField, headCount, layerCount, optional, positiveInteger, readFields } from './fields.js';
import { readMultiHead } from './multi-head.js';

/** The fields that configs of GPT-2 and GPT-J have in common, to spread into their schemas. */
export const gptFields = {
  vocab_size: positiveInteger,
  n_positions: positiveInteger,
  n_embd: positiveInteger,
  n_layer: layerCount,
  n_head: headCount,
  n_inner: optional(positiveInteger),
  activation_function: activationField,
  layer_norm_epsilon: optional(z.number().nonnegative()),
  tie_word_embeddings: optional(z.boolean()),
} as const;

const ALIASES = {
  hidden_size: 'n_embd',
  max_position_embeddings: 'n_positions',
  num_attention_heads: 'n_head',
  num_hidden_layers: 'n_layer',
} as const;

/** Fields of GPT configs for training, and of heads for other tasks than the next token. */
export const GPT_INERT_FIELDS: readonly string[] = [
  '_num_labels',
  'gradient_checkpointing',
  'n_ctx',
  'n_special',
  'output_past',
  'predict_special_tokens',
  'summary_activation',
  'summary_proj_to_labels',
  'summary_type',
  'summary_use_proj',
];

/**
 * Reads a config of GPT-2 or GPT-J, also with its fields under the names that most other architectures give them.
 *
 * @throws GeodesicError as `readFields`
 */
export function readGptFields<Shape extends z.ZodRawShape>(
  type: string,
  schema: z.ZodObject<Shape>,
  config: Readonly<Record<string, unknown>>,
  inert: readonly string[] = [],
): z.output<z.ZodObject<Shape>> {
  return readFields(type, schema, withoutAliases(type, config, ALIASES), [...GPT_INERT_FIELDS, ...inert]);
}

/** @throws GeodesicError `config.field` where the heads can't share the hidden size evenly */
export function readGptDecoder(
  type: string,
  fields: z.output<z.ZodObject<typeof gptFields>>,
  tiedByDefault: boolean,
): AttentionDecoderConfig {
  return readMultiHead(
    type,
    { hiddenSize: 'n_embd', numAttentionHeads: 'n_head' },
    {
      vocabSize: fields.vocab_size,
      hiddenSize: fields.n_embd,
      intermediateSize: fields.n_inner,
      numHiddenLayers: fields.n_layer,
      numAttentionHeads: fields.n_head,
      maxPositionEmbeddings: fields.n_positions,
      tieWordEmbeddings: fields.tie_word_embeddings ?? tiedByDefault,
    },
  );
}
