import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { type BiasConfig, biasFields, readBiases, readGgufBiases } from '../reading/biases.js';
import { describeConfig, fieldError, optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import { readSwitchedWindows, switchedWindowFields } from '../reading/switched-windows.js';

export interface SmolLm3Config extends LlamaLikeConfig, BiasConfig {
  readonly layers: readonly {
    /** Whether queries and keys turn with their positions. */
    readonly rotary: boolean;
    /** A token sees fewer than this many positions back; null sees all. */
    readonly slidingWindow: number | null;
  }[];
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...switchedWindowFields,
  ...biasFields,
  /** 0 for the layers without RoPE. */
  no_rope_layers: optional(z.array(z.literal([0, 1]))),
  no_rope_layer_interval: positiveInteger,
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 4,
  rms_norm_eps: 1e-6,
  no_rope_layer_interval: 4,
  tie_word_embeddings: true,
} as const;

/** Taken over from Qwen's configs; `layer_types` says what it would. */
const inert = ['max_window_layers'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): SmolLm3Config {
  const fields = readFields('smollm3', huggingFaceFields, { ...defaults, ...config }, inert);
  const common = readLlamaLike('smollm3', fields, { defaultTheta: 2e6 });
  const layers = common.numHiddenLayers;
  const rotary = fields.no_rope_layers ?? allBut(fields.no_rope_layer_interval, layers);
  if (rotary.length < layers) {
    throw fieldError(describeConfig('smollm3'), 'no_rope_layers', `${rotary.length} for ${layers} layers`);
  }
  const windows = readSwitchedWindows('smollm3', fields, layers, (layer) => !rotary[layer]);
  return {
    ...common,
    ...readBiases(fields),
    layers: windows.map((slidingWindow, i) => ({ rotary: Boolean(rotary[i]), slidingWindow })),
  };
}

/** For each layer 1, but 0 for every one at the interval. */
function allBut(interval: number, layers: number): number[] {
  return Array.from({ length: layers }, (_, i) => ((i + 1) % interval === 0 ? 0 : 1));
}

const ggufFields = z.object(ggufLlamaLikeFields);

/** llama.cpp leaves RoPE out at the interval of the published model, and files don't say another. */
export function readGguf(description: GgufDescription): SmolLm3Config {
  const fields = readGgufFields('smollm3', ggufFields, description.metadata);
  const common = readGgufLlamaLike('smollm3', fields, description);
  const rotary = allBut(defaults.no_rope_layer_interval, common.numHiddenLayers);
  return {
    ...common,
    ...readGgufBiases(description),
    layers: rotary.map((one) => ({ rotary: one === 1, slidingWindow: null })),
  };
}
