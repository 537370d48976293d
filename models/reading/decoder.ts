import { GeodesicError } from '@geodesic/compiler';
import { z } from 'zod';
import type { DecoderConfig, GgufDescription } from '../architecture.js';
import { optional, parseFields, positiveInteger } from './fields.js';

/** What nearly every decoder's config says; architectures add their own fields. */
export interface AttentionDecoderConfig extends DecoderConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numAttentionHeads: number;
  readonly numKeyValueHeads: number;
  readonly headDim: number;
  readonly tieWordEmbeddings: boolean;
}

/** The common fields of Hugging Face configs, to spread into an architecture's schema. */
export const decoderFields = {
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  intermediate_size: positiveInteger,
  num_hidden_layers: positiveInteger,
  num_attention_heads: positiveInteger,
  num_key_value_heads: optional(positiveInteger),
  head_dim: optional(positiveInteger),
  max_position_embeddings: positiveInteger,
  tie_word_embeddings: optional(z.boolean()),
} as const;

type DecoderFields = z.output<z.ZodObject<typeof decoderFields>>;

/** @throws GeodesicError `config.field` where the heads don't divide the hidden size */
export function readDecoder(fields: DecoderFields): AttentionDecoderConfig {
  const heads = fields.num_attention_heads;
  return {
    vocabSize: fields.vocab_size,
    hiddenSize: fields.hidden_size,
    intermediateSize: fields.intermediate_size,
    numHiddenLayers: fields.num_hidden_layers,
    maxPositionEmbeddings: fields.max_position_embeddings,
    numAttentionHeads: heads,
    numKeyValueHeads: fields.num_key_value_heads ?? heads,
    headDim: fields.head_dim ?? evenShare(fields.hidden_size, heads),
    tieWordEmbeddings: fields.tie_word_embeddings ?? false,
  };
}

/** The common fields of GGUF metadata, below the architecture's name: `llama.block_count`. */
const ggufFields = z.looseObject({
  block_count: positiveInteger,
  embedding_length: positiveInteger,
  feed_forward_length: positiveInteger,
  context_length: positiveInteger,
  'attention.head_count': positiveInteger,
  'attention.head_count_kv': optional(positiveInteger),
  'attention.key_length': optional(positiveInteger),
});

const vocabulary = z.looseObject({ 'tokenizer.ggml.tokens': z.array(z.string()).nonempty() });

/** @throws GeodesicError `config.field` naming a missing or wrong field */
export function readGgufDecoder(
  type: string,
  { metadata, tensorNames }: GgufDescription,
): AttentionDecoderConfig {
  const fields = parseGguf(type, ggufFields, metadata);
  const tokens = parseFields(`metadata of a '${type}' GGUF file`, vocabulary, metadata)[
    'tokenizer.ggml.tokens'
  ];
  const heads = fields['attention.head_count'];
  return {
    vocabSize: tokens.length,
    hiddenSize: fields.embedding_length,
    intermediateSize: fields.feed_forward_length,
    numHiddenLayers: fields.block_count,
    maxPositionEmbeddings: fields.context_length,
    numAttentionHeads: heads,
    numKeyValueHeads: fields['attention.head_count_kv'] ?? heads,
    headDim: fields['attention.key_length'] ?? evenShare(fields.embedding_length, heads),
    tieWordEmbeddings: !tensorNames.includes('output.weight'),
  };
}

/** Reads the fields below an architecture's name by a schema whose keys leave the name out. */
export function parseGguf<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  metadata: GgufDescription['metadata'],
): z.output<Schema> {
  const prefix = `${type}.`;
  const own = Object.entries(metadata).filter(([key]) => key.startsWith(prefix));
  const fields = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  return parseFields(`metadata of a '${type}' GGUF file`, schema, fields, prefix);
}

function evenShare(hiddenSize: number, heads: number): number {
  if (hiddenSize % heads === 0) return hiddenSize / heads;
  throw new GeodesicError(
    'config.field',
    `config: a hidden size of ${hiddenSize} can't be shared by ${heads} heads`,
  );
}
