import { z } from 'zod';
import { optional, positiveInteger } from './fields.js';
import { layerTypeFields, readWindows } from './windows.js';

/** How configs name a sliding window that another field switches on (Qwen, SmolLM3), to spread into a schema. */
export const switchedWindowFields = {
  ...layerTypeFields,
  sliding_window: optional(positiveInteger),
  use_sliding_window: optional(z.boolean()),
} as const;

/** The same with Qwen's rule for which layers have it: all from `max_window_layers` on. */
export const qwenWindowFields = {
  ...switchedWindowFields,
  max_window_layers: z.int().nonnegative(),
} as const;

/** What transformers fills in for those that a Qwen config leaves out. */
export const qwenWindowDefaults = { sliding_window: 4096, max_window_layers: 28 } as const;

type SwitchedWindowFields = z.output<z.ZodObject<typeof switchedWindowFields>>;
type QwenWindowFields = z.output<z.ZodObject<typeof qwenWindowFields>>;

/**
 * The sliding window of each layer; `isWindowed` decides where `layer_types` is left out.
 *
 * @throws GeodesicError as `readWindows`
 */
export function readSwitchedWindows(
  type: string,
  fields: SwitchedWindowFields,
  layers: number,
  isWindowed: (layer: number) => boolean,
): (number | null)[] {
  const window = fields.use_sliding_window ? fields.sliding_window : null;
  return readWindows(type, { layerTypes: fields.layer_types, window, layers, isWindowed });
}

/** The sliding window of each layer of a Qwen model. */
export function readQwenWindows(type: string, fields: QwenWindowFields, layers: number): (number | null)[] {
  return readSwitchedWindows(type, fields, layers, (layer) => layer >= fields.max_window_layers);
}
