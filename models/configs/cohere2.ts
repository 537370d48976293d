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
import { allButEvery, layerTypeFields, readWindows } from '../reading/windows.js';

export interface Cohere2Config extends RotaryDecoderConfig {
  readonly normEps: number;
  readonly attentionBias: boolean;
  /** Factor of the logits. */
  readonly logitScale: number;
  /** One a layer: a token sees fewer than this many positions back; null sees all, and tells no positions. */
  readonly slidingWindows: readonly (number | null)[];
}

const huggingFaceFields = z.object({
  ...rotaryDecoderFields,
  ...layerTypeFields,
  layer_norm_eps: z.number().nonnegative(),
  logit_scale: z.number(),
  attention_bias: optional(z.boolean()),
  sliding_window: positiveInteger,
  sliding_window_pattern: positiveInteger,
  // Names of Cohere's own software for what transformers does without asking.
  order_of_interleaved_layers: onlyField('local_attn_first', 'another order of layers'),
  position_embedding_type: onlyField('rope_gptj', 'another kind of positions'),
  rotary_pct: onlyField(1, 'partial rotary embedding'),
  use_embedding_sharing: onlyField(true, 'a head beside this field'),
  use_gated_activation: onlyField(true, 'an MLP without a gate'),
  use_parallel_block: onlyField(true, 'a sequential residual'),
  use_qk_norm: onlyField(false, 'a norm of queries and keys'),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  layer_norm_eps: 1e-5,
  logit_scale: 0.0625,
  sliding_window: 4096,
  sliding_window_pattern: 4,
  tie_word_embeddings: true,
} as const;

/** How keys are cached and a table is split; and the pattern, under two names that only repeat it. */
const inert = ['cache_implementation', 'use_parallel_embedding', 'layer_switch', '_sliding_window_pattern'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Cohere2Config {
  const fields = readFields('cohere2', huggingFaceFields, { ...defaults, ...config }, inert);
  const common = readRotaryDecoder('cohere2', fields);
  return {
    ...common,
    normEps: fields.layer_norm_eps,
    attentionBias: fields.attention_bias ?? false,
    logitScale: fields.logit_scale,
    slidingWindows: readWindows('cohere2', {
      layerTypes: fields.layer_types,
      window: fields.sliding_window,
      layers: common.numHiddenLayers,
      isWindowed: allButEvery(fields.sliding_window_pattern),
    }),
  };
}

const ggufFields = z.object({
  ...ggufRotaryDecoderFields,
  'attention.layer_norm_epsilon': z.number().nonnegative(),
  'attention.sliding_window': positiveInteger,
  'attention.sliding_window_pattern': optional(positiveInteger),
  logit_scale: z.number(),
  use_parallel_residual: onlyField(true, 'a sequential residual of this architecture'),
});

export function readGguf(description: GgufDescription): Cohere2Config {
  const fields = readGgufFields('cohere2', ggufFields, description.metadata);
  const common = readGgufRotaryDecoder('cohere2', fields, description);
  return {
    ...common,
    normEps: fields['attention.layer_norm_epsilon'],
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    logitScale: fields.logit_scale,
    slidingWindows: readWindows('cohere2', {
      layerTypes: undefined,
      window: fields['attention.sliding_window'],
      layers: common.numHiddenLayers,
      isWindowed: allButEvery(fields['attention.sliding_window_pattern'] ?? defaults.sliding_window_pattern),
    }),
  };
}
