import { z } from 'zod';
import { type BiasConfig, biasFields, readBiases } from '../reading/biases.js';
import { readFields } from '../reading/fields.js';
import { type LlamaLikeConfig, llamaLikeFields, readLlamaLike } from '../reading/llama-like.js';

/** `attentionBias` is of the query, key and value projections. */
export interface HeliumConfig extends LlamaLikeConfig, BiasConfig {}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...biasFields,
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 20,
  head_dim: 128,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-8,
} as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): HeliumConfig {
  const fields = readFields('helium', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('helium', fields, { defaultTheta: 1e5 }),
    ...readBiases(fields),
  };
}
