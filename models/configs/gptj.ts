import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { AttentionDecoderConfig } from '../reading/decoder.js';
import { describeConfig, fieldError, onlyField, positiveInteger } from '../reading/fields.js';
import { gptFields, readGptDecoder, readGptFields } from '../reading/gpt.js';

export interface GptjConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly layerNormEps: number;
  /** How many features of a head turn. */
  readonly rotaryDim: number;
}

const huggingFaceFields = z.object({
  ...gptFields,
  rotary: onlyField(true, 'another position encoding'),
  rotary_dim: positiveInteger.default(64),
  scale_attn_weights: onlyField(true, 'attention without a scale'),
});

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GptjConfig {
  return readGptj('gptj', config);
}

/** Reads a config of GPT-J's fields; `type` is the architecture that errors name. */
export function readGptj(type: string, config: Readonly<Record<string, unknown>>): GptjConfig {
  const fields = readGptFields(type, huggingFaceFields, config);
  const common = readGptDecoder(type, fields, false);
  const rotaryDim = fields.rotary_dim;
  if (rotaryDim > common.headDim || rotaryDim % 2 !== 0) {
    const problem = `RoPE rotates pairs of the ${common.headDim} features of a head, and ${rotaryDim} don't make such`;
    throw fieldError(describeConfig(type), 'rotary_dim', problem);
  }
  return {
    ...common,
    activation: fields.activation_function ?? 'geluTanh',
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    rotaryDim,
  };
}
