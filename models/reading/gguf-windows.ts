import { z } from 'zod';
import { optional, positiveInteger } from './fields.js';
import { ggufFieldError } from './gguf.js';

/** How GGUF metadata says which layers have a sliding window, by a flag for each, to spread into a schema. */
export const ggufWindowFields = {
  'attention.sliding_window': optional(positiveInteger),
  'attention.sliding_window_pattern': optional(z.array(z.boolean())),
} as const;

type GgufWindowFields = z.output<z.ZodObject<typeof ggufWindowFields>>;

/**
 * The sliding window of each layer, null where it sees everything; `isWindowed` decides where there are no flags.
 *
 * @throws GeodesicError `config.field` for another number of flags than of layers
 */
export function readGgufWindows(
  type: string,
  fields: GgufWindowFields,
  layers: number,
  isWindowed: (layer: number) => boolean,
): (number | null)[] {
  const window = fields['attention.sliding_window'] ?? null;
  const flags = fields['attention.sliding_window_pattern'];
  if (flags !== undefined && flags.length !== layers) {
    const problem = `${flags.length} flags for ${layers} layers`;
    throw ggufFieldError(type, 'attention.sliding_window_pattern', problem);
  }
  return Array.from({ length: layers }, (_, i) => ((flags?.[i] ?? isWindowed(i)) ? window : null));
}
