import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { type BiasConfig, biasFields, readBiases, readGgufBiases } from '../reading/biases.js';
import { readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface ArceeConfig extends LlamaLikeConfig, BiasConfig {}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...biasFields,
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { max_position_embeddings: 4096, rms_norm_eps: 1e-5 } as const;

const activation = 'reluSquared';

export function readHuggingFace(config: Readonly<Record<string, unknown>>): ArceeConfig {
  const fields = readFields('arcee', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('arcee', fields, { activation }),
    ...readBiases(fields),
  };
}

const ggufFields = z.object(ggufLlamaLikeFields);

export function readGguf(description: GgufDescription): ArceeConfig {
  const fields = readGgufFields('arcee', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('arcee', fields, description, { activation }),
    ...readGgufBiases(description),
  };
}
