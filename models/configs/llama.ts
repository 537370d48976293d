import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { withoutAliases } from '../reading/aliases.js';
import { type BiasConfig, biasFields, readBiases, readGgufBiases } from '../reading/biases.js';
import { onlyField, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface LlamaConfig extends LlamaLikeConfig, BiasConfig {}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...biasFields,
  rope_interleaved: onlyField(false, 'interleaved RoPE of this architecture'),
});

/** Transformers' Llama has no windows: it ignores the field, which some files carry over from Mistral. */
const inert = ['sliding_window'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): LlamaConfig {
  const named = withoutAliases('llama', config, { max_sequence_length: 'max_position_embeddings' });
  const fields = readFields('llama', huggingFaceFields, named, inert);
  return {
    ...readLlamaLike('llama', fields),
    ...readBiases(fields),
  };
}

const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  'attention.sliding_window': onlyField(0, 'a window of this architecture'),
});

export function readGguf(description: GgufDescription): LlamaConfig {
  const fields = readGgufFields('llama', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('llama', fields, description),
    ...readGgufBiases(description),
  };
}
