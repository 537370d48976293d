import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { describeConfig, fieldError, readFields } from '../reading/fields.js';
import { gemmaDefaults, gemmaFields } from '../reading/gemma-fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';

export interface GemmaConfig extends LlamaLikeConfig {
  readonly attentionBias: boolean;
}

const huggingFaceFields = z.object(gemmaFields);

/** What transformers fills in for fields that a config leaves out. */
const defaults = { ...gemmaDefaults, num_key_value_heads: 16, max_position_embeddings: 8192 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GemmaConfig {
  const fields = readFields('gemma', huggingFaceFields, { ...defaults, ...config });
  return {
    ...readLlamaLike('gemma', fields),
    activation: readActivation(fields),
    attentionBias: fields.attention_bias ?? false,
  };
}

/** The first configs say 'gelu' and mean its tanh approximation, as all of Gemma does; later ones name it twice. */
function readActivation({
  hidden_act: first = 'geluTanh',
  hidden_activation: later,
}: {
  readonly hidden_act?: ActivationName | undefined;
  readonly hidden_activation?: ActivationName | undefined;
}): ActivationName {
  const meant = first === 'gelu' ? 'geluTanh' : first;
  if (later === undefined || later === meant) return meant;
  throw fieldError(describeConfig('gemma'), 'hidden_activation', "does not agree with 'hidden_act'");
}

const ggufFields = z.object(ggufLlamaLikeFields);

export function readGguf(description: GgufDescription): GemmaConfig {
  const fields = readGgufFields('gemma', ggufFields, description.metadata);
  const common = readGgufLlamaLike('gemma', fields, description);
  return { ...common, activation: 'geluTanh', attentionBias: false };
}
