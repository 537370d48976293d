import type { GeodesicError } from '@geodesic/compiler';
import type { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { fieldError, readKnownFields } from './fields.js';

/**
 * Fields below an architecture's name that change nothing of the arithmetic. A field that is neither here nor in the
 * architecture's schema might, and is refused.
 */
const INERT_FIELDS = new Set([
  // What scaling computes with is its factor; this says where the factor came from.
  'rope.scaling.finetuned',
  'tensor_data_layout',
  // The vocabulary is counted, and loading checks the embedding's shape against the count.
  'vocab_size',
]);

/** How errors name a file's metadata. */
export const describeGguf = (type: string) => `metadata of a '${type}' GGUF file`;

/**
 * Reads the fields below an architecture's name by a schema whose keys leave the name out.
 *
 * @throws GeodesicError `config.field`, `config.unknown-field`, as `readKnownFields`
 */
export function readGgufFields<Shape extends z.ZodRawShape>(
  type: string,
  schema: z.ZodObject<Shape>,
  metadata: GgufDescription['metadata'],
): z.output<z.ZodObject<Shape>> {
  const prefix = `${type}.`;
  const own = Object.entries(metadata).filter(([key]) => key.startsWith(prefix));
  const fields = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  return readKnownFields(describeGguf(type), schema, fields, {
    isInert: (field) => INERT_FIELDS.has(field),
    prefix,
  });
}

/** The error of one field below the architecture's name. */
export function ggufFieldError(type: string, field: string, problem: string): GeodesicError {
  return fieldError(describeGguf(type), `${type}.${field}`, problem);
}
