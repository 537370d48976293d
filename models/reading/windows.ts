import { z } from 'zod';
import { describeConfig, fieldError, optional } from './fields.js';

/** How Hugging Face configs say which layers have a sliding window. */
export const layerTypeFields = {
  layer_types: optional(z.array(z.enum(['full_attention', 'sliding_attention']))),
} as const;

/** The rule of windows in which every `interval`-th layer is global, and has none. */
export const allButEvery = (interval: number) => (layer: number) => (layer + 1) % interval !== 0;

/** What decides the window of each layer. */
export interface WindowRule {
  /** As `layer_types` says. */
  readonly layerTypes: readonly ('full_attention' | 'sliding_attention')[] | undefined;
  readonly window: number | null | undefined;
  readonly layers: number;
  /** Whether a layer has the window where `layer_types` is left out; default: every layer. */
  readonly isWindowed?: (layer: number) => boolean;
}

/**
 * The sliding window of each layer, null where it sees everything.
 *
 * @throws GeodesicError `config.field` where `layer_types` has another length than the model, or a layer lacks its window
 */
export function readWindows(
  type: string,
  { layerTypes, window, layers, isWindowed = () => true }: WindowRule,
): (number | null)[] {
  const what = describeConfig(type);
  if (layerTypes !== undefined && layerTypes.length !== layers) {
    throw fieldError(what, 'layer_types', `${layerTypes.length} types for ${layers} layers`);
  }
  if (layerTypes?.includes('sliding_attention') && window == null) {
    throw fieldError(
      what,
      'sliding_window',
      "'layer_types' has layers with a window, but none is given, or 'use_sliding_window' turns it off",
    );
  }
  return Array.from({ length: layers }, (_, i) => {
    const windowed = layerTypes === undefined ? isWindowed(i) : layerTypes[i] === 'sliding_attention';
    return windowed ? (window ?? null) : null;
  });
}
