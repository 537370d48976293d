import type { RopeOptions } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import {
  describeConfig,
  fieldError,
  onlyField,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { withAttentionFactor } from '../reading/gguf-rope.js';
import { ggufWindowFields, readGgufWindows } from '../reading/gguf-windows.js';
import {
  ggufLlamaLikeFields,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import { readRope, ropeFields } from '../reading/rope.js';
import { allButEvery, layerTypeFields, readWindows } from '../reading/windows.js';
import type { Olmo2Config } from './olmo2.js';

/** `ropeTheta` and `ropeScaling` are of the global layers: those without a window. */
export interface Olmo3Config extends Olmo2Config {
  readonly localRope: RopeOptions;
  /** One a layer: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindows: readonly (number | null)[];
}

const isWindowed = allButEvery(4);

const { rope_parameters } = ropeFields;

/** `rope_scaling` is of the global layers; since transformers 5 each kind of layer has its own parameters. */
const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...layerTypeFields,
  attention_bias: optional(z.boolean()),
  sliding_window: positiveInteger,
  rope_parameters: optional(
    z.strictObject({ full_attention: rope_parameters, sliding_attention: rope_parameters }),
  ),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { rms_norm_eps: 1e-5, sliding_window: 4096 } as const;
const DEFAULT_THETA = 5e5;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Olmo3Config {
  const given = readFields('olmo3', huggingFaceFields, { ...defaults, ...config });
  const { rope_parameters: each, ...fields } = given;
  const context = { defaultTheta: DEFAULT_THETA };
  const common = readLlamaLike('olmo3', { ...fields, rope_parameters: each?.full_attention }, context);
  if (each?.sliding_attention?.rope_theta === undefined) checkLocalTheta(fields.rope_theta);
  const local = readRope('olmo3', { rope_parameters: each?.sliding_attention }, { ...common, ...context });
  return {
    ...common,
    attentionBias: fields.attention_bias ?? false,
    localRope: { theta: local.ropeTheta, scaling: local.ropeScaling },
    slidingWindows: readWindows('olmo3', {
      layerTypes: fields.layer_types,
      window: fields.sliding_window,
      layers: common.numHiddenLayers,
      isWindowed,
    }),
  };
}

/** Of layers with a window, transformers 4 takes the base for all layers, and transformers 5 the default. */
function checkLocalTheta(theta = DEFAULT_THETA): void {
  if (theta === DEFAULT_THETA) return;
  throw fieldError(
    describeConfig('olmo3'),
    'rope_theta',
    `${theta} may be of layers with a window too or not; say it in 'rope_parameters' for each kind of layer`,
  );
}

/** The converter copies `attention_factor`; what else describes YaRN is as in all published models. */
const ggufFields = z.object({
  ...ggufLlamaLikeFields,
  ...ggufWindowFields,
  'rope.freq_base_swa': ggufLlamaLikeFields['rope.freq_base'],
  'rope.scaling.attn_factor': optional(z.number().positive()),
  'rope.scaling.yarn_beta_fast': onlyField(32, 'another value'),
  'rope.scaling.yarn_beta_slow': onlyField(1, 'another value'),
});

/** GGUF files call it 'olmo2' too. Scaling is of the global layers, as in llama.cpp. */
export function readGguf(description: GgufDescription): Olmo3Config {
  const fields = readGgufFields('olmo2', ggufFields, description.metadata);
  const common = readGgufLlamaLike('olmo2', fields, description);
  return {
    ...common,
    ropeScaling: withAttentionFactor('olmo2', 'yarn', common.ropeScaling, fields['rope.scaling.attn_factor']),
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    localRope: { theta: fields['rope.freq_base_swa'] ?? common.ropeTheta, scaling: null },
    slidingWindows: readGgufWindows('olmo2', fields, common.numHiddenLayers, isWindowed),
  };
}
