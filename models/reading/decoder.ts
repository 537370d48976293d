import { z } from 'zod';
import type { DecoderConfig, GgufDescription } from '../architecture.js';
import {
  describeConfig,
  fieldError,
  headCount,
  layerCount,
  onlyField,
  optional,
  parseFields,
  positiveInteger,
} from './fields.js';
import { describeGguf, ggufFieldError } from './gguf.js';

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
  num_hidden_layers: layerCount,
  num_attention_heads: headCount,
  num_key_value_heads: optional(headCount),
  head_dim: optional(positiveInteger),
  max_position_embeddings: positiveInteger,
  tie_word_embeddings: optional(z.boolean()),
} as const;

type DecoderFields = z.output<z.ZodObject<typeof decoderFields>>;

/** @throws GeodesicError `config.field` where the sizes of the heads don't fit together */
export function readDecoder(type: string, fields: DecoderFields): AttentionDecoderConfig {
  const numAttentionHeads = fields.num_attention_heads;
  const heads = readHeads(
    { what: describeConfig(type), names: huggingFaceHeadNames },
    {
      hiddenSize: fields.hidden_size,
      numAttentionHeads,
      numKeyValueHeads: fields.num_key_value_heads ?? numAttentionHeads,
      headDim: fields.head_dim,
    },
  );
  return {
    ...heads,
    vocabSize: fields.vocab_size,
    intermediateSize: fields.intermediate_size,
    numHiddenLayers: fields.num_hidden_layers,
    maxPositionEmbeddings: fields.max_position_embeddings,
    tieWordEmbeddings: fields.tie_word_embeddings ?? false,
  };
}

/** The common fields of GGUF metadata, below the architecture's name (`llama.block_count`), to spread into its schema. */
export const ggufDecoderFields = {
  block_count: layerCount,
  embedding_length: positiveInteger,
  feed_forward_length: positiveInteger,
  context_length: positiveInteger,
  'attention.head_count': headCount,
  'attention.head_count_kv': optional(headCount),
  'attention.key_length': optional(positiveInteger),
  'attention.value_length': optional(positiveInteger),
  'attention.causal': onlyField(true, 'attention to later tokens'),
  use_parallel_residual: onlyField(false, 'a parallel residual of this architecture'),
  expert_count: onlyField(0, 'a mixture of experts of this architecture'),
  expert_used_count: onlyField(0, 'a mixture of experts of this architecture'),
} as const;

/** What is there to be refused: an architecture that computes with it has its own field of that name. */
type RefusedField = 'attention.causal' | 'use_parallel_residual' | 'expert_count' | 'expert_used_count';

export type GgufDecoderFields = Omit<z.output<z.ZodObject<typeof ggufDecoderFields>>, RefusedField> & {
  readonly [Field in RefusedField]?: unknown;
};

const vocabulary = z.looseObject({ 'tokenizer.ggml.tokens': z.array(z.string()).nonempty() });

/** @throws GeodesicError `config.field` naming a missing or wrong field */
export function readGgufDecoder(
  type: string,
  fields: GgufDecoderFields,
  { metadata, tensorNames }: GgufDescription,
): AttentionDecoderConfig {
  const what = describeGguf(type);
  const tokens = parseFields(what, vocabulary, metadata)['tokenizer.ggml.tokens'];
  const numAttentionHeads = fields['attention.head_count'];
  const heads = readHeads(
    { what, names: ggufHeadNames(type) },
    {
      hiddenSize: fields.embedding_length,
      numAttentionHeads,
      numKeyValueHeads: fields['attention.head_count_kv'] ?? numAttentionHeads,
      headDim: fields['attention.key_length'],
    },
  );
  checkValueLength(type, fields['attention.value_length'], heads.headDim);
  return {
    ...heads,
    vocabSize: tokens.length,
    intermediateSize: fields.feed_forward_length,
    numHiddenLayers: fields.block_count,
    maxPositionEmbeddings: fields.context_length,
    tieWordEmbeddings: !tensorNames.includes('output.weight'),
  };
}

/** Values have a size of their own in GGUF; our attention gives them that of the keys. */
function checkValueLength(type: string, valueLength: number | undefined, headDim: number): void {
  if (valueLength === undefined || valueLength === headDim) return;
  throw ggufFieldError(
    type,
    'attention.value_length',
    `values of ${valueLength} features beside keys of ${headDim} are not supported`,
  );
}

type Heads = Pick<
  AttentionDecoderConfig,
  'hiddenSize' | 'numAttentionHeads' | 'numKeyValueHeads' | 'headDim'
>;

/** The file that sizes were read from, and what it calls them. */
export interface HeadSource {
  readonly what: string;
  readonly names: Readonly<Record<keyof Heads, string>>;
}

const huggingFaceHeadNames: HeadSource['names'] = {
  hiddenSize: 'hidden_size',
  numAttentionHeads: 'num_attention_heads',
  numKeyValueHeads: 'num_key_value_heads',
  headDim: 'head_dim',
};

const ggufHeadNames = (type: string): HeadSource['names'] => ({
  hiddenSize: `${type}.embedding_length`,
  numAttentionHeads: `${type}.attention.head_count`,
  numKeyValueHeads: `${type}.attention.head_count_kv`,
  headDim: `${type}.attention.key_length`,
});

/** Checks here what tracing would refuse too, since only here the fields have the names that the file gives them. */
export function readHeads(
  source: HeadSource,
  sizes: Omit<Heads, 'headDim'> & { readonly headDim: number | undefined },
): Heads {
  const { what, names } = source;
  const { numAttentionHeads: heads, numKeyValueHeads: shared } = sizes;
  if (heads % shared !== 0) {
    throw fieldError(
      what,
      names.numKeyValueHeads,
      `${shared} heads can't be shared evenly by the ${heads} of '${names.numAttentionHeads}'`,
    );
  }
  return { ...sizes, headDim: sizes.headDim ?? evenShare(source, sizes.hiddenSize, heads) };
}

function evenShare({ what, names }: HeadSource, hiddenSize: number, heads: number): number {
  if (hiddenSize % heads === 0) return hiddenSize / heads;
  throw fieldError(
    what,
    names.numAttentionHeads,
    `${heads} heads can't share the ${hiddenSize} of '${names.hiddenSize}' evenly`,
  );
}
