import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { type BiasConfig, biasFields, readBiases, readGgufBiases } from '../reading/biases.js';
import { readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  type GraniteScales,
  ggufGraniteScaleFields,
  graniteScaleDefaults,
  graniteScaleFields,
  readGgufGraniteScales,
  readGraniteScales,
} from '../reading/granite-scales.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface GraniteConfig extends LlamaLikeConfig, GraniteScales, BiasConfig {}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...graniteScaleFields,
  ...biasFields,
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { ...graniteScaleDefaults, rms_norm_eps: 1e-6 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GraniteConfig {
  const fields = readFields('granite', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('granite', fields),
    ...readGraniteScales(fields),
    ...readBiases(fields),
  };
}

const ggufFields = z.object({ ...ggufLlamaLikeFields, ...ggufGraniteScaleFields });

export function readGguf(description: GgufDescription): GraniteConfig {
  const fields = readGgufFields('granite', ggufFields, description.metadata);
  const common = readGgufLlamaLike('granite', fields, description);
  return {
    ...common,
    ...readGgufGraniteScales(fields, common.headDim),
    ...readGgufBiases(description),
  };
}
