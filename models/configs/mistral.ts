import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface MistralConfig extends LlamaLikeConfig {
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
}

const huggingFaceFields = z.object({ ...llamaLikeFields, sliding_window: optional(positiveInteger) });

/** What transformers fills in for fields that a config leaves out. */
const defaults = { sliding_window: 4096, num_key_value_heads: 8 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): MistralConfig {
  const fields = readFields('mistral', huggingFaceFields, { ...defaults, ...config });
  return { ...readLlamaLike('mistral', fields), slidingWindow: fields.sliding_window ?? null };
}

const ggufFields = z.object({ ...ggufLlamaLikeFields, 'attention.sliding_window': positiveInteger });

/** GGUF files call it 'llama' too. */
export function readGguf(description: GgufDescription): MistralConfig {
  const fields = readGgufFields('llama', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('llama', fields, description),
    slidingWindow: fields['attention.sliding_window'],
  };
}
