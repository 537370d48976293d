import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { onlyField, optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufRotaryDecoderFields,
  type RotaryDecoderConfig,
  readGgufRotaryDecoder,
  readRotaryDecoder,
  rotaryDecoderFields,
} from '../reading/rotary-decoder.js';

export interface CohereConfig extends RotaryDecoderConfig {
  readonly normEps: number;
  readonly attentionBias: boolean;
  /** Whether each head's queries and keys are normalised, with a weight of its own. */
  readonly queryKeyNorm: boolean;
  /** Factor of the logits. */
  readonly logitScale: number;
}

const huggingFaceFields = z.object({
  ...rotaryDecoderFields,
  layer_norm_eps: z.number().nonnegative(),
  logit_scale: z.number(),
  attention_bias: optional(z.boolean()),
  use_qk_norm: optional(z.boolean()),
  model_max_length: optional(positiveInteger),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { layer_norm_eps: 1e-5, logit_scale: 0.0625, tie_word_embeddings: true } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): CohereConfig {
  const fields = readFields('cohere', huggingFaceFields, { ...defaults, ...config });
  const common = readRotaryDecoder('cohere', fields, { defaultTheta: 5e5 });
  return {
    ...common,
    // Command R's config names 8192 positions, and the 131072 that it was trained for under another name.
    maxPositionEmbeddings: fields.model_max_length ?? common.maxPositionEmbeddings,
    normEps: fields.layer_norm_eps,
    attentionBias: fields.attention_bias ?? false,
    queryKeyNorm: fields.use_qk_norm ?? false,
    logitScale: fields.logit_scale,
  };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  logit_scale: z.number(),
  use_parallel_residual: onlyField(true, 'a sequential residual of this architecture'),
});

export function readGguf(description: GgufDescription): CohereConfig {
  const fields = readGgufFields('command-r', ggufFields, description.metadata);
  return {
    ...readGgufRotaryDecoder('command-r', fields, description),
    normEps: fields['attention.layer_norm_epsilon'],
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    queryKeyNorm: description.tensorNames.includes('blk.0.attn_q_norm.weight'),
    logitScale: fields.logit_scale,
  };
}
