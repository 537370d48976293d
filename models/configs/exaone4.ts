import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { describeConfig, fieldError, optional, positiveInteger, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import { ggufWindowFields, readGgufWindows } from '../reading/gguf-windows.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import { allButEvery, layerTypeFields, readWindows } from '../reading/windows.js';

export interface Exaone4Config extends LlamaLikeConfig {
  readonly layers: readonly {
    /** Whether queries and keys turn with their positions. */
    readonly rotary: boolean;
    /** A token sees fewer than this many positions back; null sees all. */
    readonly slidingWindow: number | null;
  }[];
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  ...layerTypeFields,
  sliding_window: optional(positiveInteger),
  /** Every how many layers one is global; or a letter a layer, which only repeats `layer_types`. */
  sliding_window_pattern: optional(z.union([positiveInteger, z.string()])),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = {
  num_key_value_heads: 32,
  rms_norm_eps: 1e-5,
  sliding_window: 4096,
  sliding_window_pattern: 4,
} as const;

/** How keys are cached; and the pattern, under a name that only repeats it. */
const inert = ['cache_implementation', '_sliding_window_pattern'];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Exaone4Config {
  const fields = readFields('exaone4', huggingFaceFields, { ...defaults, ...config }, inert);
  const common = readLlamaLike('exaone4', fields);
  const { layer_types: layerTypes, sliding_window: window, sliding_window_pattern: pattern } = fields;
  if (layerTypes === undefined && window !== undefined && typeof pattern !== 'number') {
    const problem = "without 'layer_types', every how many layers one is global must be said by a number";
    throw fieldError(describeConfig('exaone4'), 'sliding_window_pattern', problem);
  }
  const layers = common.numHiddenLayers;
  const isWindowed = allButEvery(Number(pattern));
  const windows = readWindows('exaone4', { layerTypes, window, layers, isWindowed });
  return { ...common, layers: layersOf(windows, window !== undefined) };
}

/** Where a model has windows, layers without one do not turn. */
function layersOf(windows: readonly (number | null)[], isHybrid: boolean): Exaone4Config['layers'] {
  return windows.map((slidingWindow) => ({ rotary: !isHybrid || slidingWindow !== null, slidingWindow }));
}

const ggufFields = z.object({ ...ggufLlamaLikeFields, ...ggufWindowFields });

/** As llama.cpp reads them. */
export function readGguf(description: GgufDescription): Exaone4Config {
  const fields = readGgufFields('exaone4', ggufFields, description.metadata);
  const common = readGgufLlamaLike('exaone4', fields, description);
  const isWindowed = allButEvery(defaults.sliding_window_pattern);
  const windows = readGgufWindows('exaone4', fields, common.numHiddenLayers, isWindowed);
  return { ...common, layers: layersOf(windows, fields['attention.sliding_window'] !== undefined) };
}
