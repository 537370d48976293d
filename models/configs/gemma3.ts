import type { RopeOptions } from '@geodesic/dsl';
import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLaterGemmaFields,
  type LaterGemmaConfig,
  laterGemmaDefaults,
  laterGemmaFields,
  laterGemmaInert,
  readGgufLaterGemma,
  readLaterGemma,
} from '../reading/later-gemma.js';
import { readRope, ropeFields } from '../reading/rope.js';
import { allButEvery } from '../reading/windows.js';

/** `ropeTheta` and `ropeScaling` are of the global layers: those without a window. */
export interface Gemma3Config extends LaterGemmaConfig {
  readonly localRope: RopeOptions;
}

const generation = (pattern: number) => ({
  type: 'gemma3',
  isWindowed: allButEvery(pattern),
  defaultTheta: 1e6,
});

const { rope_parameters } = ropeFields;

/** `rope_theta` and `rope_scaling` are of the global layers; since transformers 5 each kind of layer has its own parameters. */
const huggingFaceFields = z.object({
  ...laterGemmaFields,
  rope_parameters: optional(
    z.strictObject({ full_attention: rope_parameters, sliding_attention: rope_parameters }),
  ),
  rope_local_base_freq: ropeFields.rope_theta,
  sliding_window_pattern: positiveInteger,
  attn_logit_softcapping: z.null("bounds of this architecture's attention logits are not supported"),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  ...laterGemmaDefaults,
  max_position_embeddings: 131072,
  sliding_window_pattern: 6,
  attn_logit_softcapping: null,
  final_logit_softcapping: null,
} as const;

/** The pattern under this name only repeats what `layer_types` says. */
const inert = [...laterGemmaInert, '_sliding_window_pattern'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Gemma3Config {
  const given = readFields('gemma3', huggingFaceFields, { ...defaults, ...config }, inert);
  const { rope_parameters: each, rope_local_base_freq, sliding_window_pattern: pattern, ...fields } = given;
  const common = readLaterGemma({ ...fields, rope_parameters: each?.full_attention }, generation(pattern));
  const localFields = { rope_theta: rope_local_base_freq, rope_parameters: each?.sliding_attention };
  const local = readRope('gemma3', localFields, common);
  return { ...common, localRope: { theta: local.ropeTheta, scaling: local.ropeScaling } };
}

const ggufFields = z.object({
  ...ggufLaterGemmaFields,
  'rope.freq_base_swa': ggufLaterGemmaFields['rope.freq_base'],
  'attention.sliding_window_pattern': optional(positiveInteger),
});

/** What files leave out is as in llama.cpp: every 6th layer is global, and scaling is of the global layers. */
export function readGguf(description: GgufDescription): Gemma3Config {
  const fields = readGgufFields('gemma3', ggufFields, description.metadata);
  const pattern = fields['attention.sliding_window_pattern'] ?? 6;
  return {
    ...readGgufLaterGemma(fields, description, { ...generation(pattern), layersOf27B: 62 }),
    localRope: { theta: fields['rope.freq_base_swa'] ?? 10000, scaling: null },
  };
}
