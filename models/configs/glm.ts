import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { fieldError, optional, readFields } from '../reading/fields.js';
import { describeGguf, readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface GlmConfig extends LlamaLikeConfig {
  /** How many features of each head turn. */
  readonly rotaryDim: number;
  /** Biases of the query, key and value projections. */
  readonly attentionBias: boolean;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  attention_bias: z.boolean(),
  partial_rotary_factor: optional(z.number().positive().max(1)),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 2,
  head_dim: 128,
  max_position_embeddings: 131072,
  rms_norm_eps: 1.5625e-7,
  attention_bias: true,
} as const;

/** Reads a config of GLM's fields; `type` is the architecture that errors name. */
export function readGlm(type: string, config: Readonly<Record<string, unknown>>): GlmConfig {
  const fields = readFields(type, huggingFaceFields, { ...defaults, ...config });
  const partialRotaryFactor = fields.partial_rotary_factor ?? 0.5;
  return {
    ...readLlamaLike(type, fields, { partial: true, partialRotaryFactor }),
    attentionBias: fields.attention_bias,
  };
}

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GlmConfig {
  return readGlm('glm', config);
}

const ggufFields = z.object(ggufLlamaLikeFields);

/** Reads the metadata of a file of GLM's fields, below the name `type`. */
export function readGgufGlm(type: string, description: GgufDescription): GlmConfig {
  const fields = readGgufFields(type, ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike(type, fields, description, { partial: true }),
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
  };
}

export function readGguf(description: GgufDescription): GlmConfig {
  const fused = 'blk.0.attn_qkv.weight';
  if (description.tensorNames.includes(fused)) {
    const problem = `projections in one tensor ('${fused}'), as of ChatGLM's own checkpoints, are not supported; use a file made of the '-hf' checkpoint, or that one itself`;
    throw fieldError(describeGguf('chatglm'), 'general.architecture', problem);
  }
  return readGgufGlm('chatglm', description);
}
