import { GeodesicError } from '@geodesic/compiler';
import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import { isInertField } from './inert-fields.js';

/** How errors name a config. */
export const describeConfig = (type: string) => `config.json of a '${type}' model`;

/**
 * Reads a Hugging Face config by a schema whose keys are the fields that the architecture computes with. `inert` are fields of
 * this architecture alone that change nothing of the arithmetic.
 *
 * @throws GeodesicError as `readKnownFields`
 */
export function readFields<Shape extends z.ZodRawShape>(
  architecture: string,
  schema: z.ZodObject<Shape>,
  config: Readonly<Record<string, unknown>>,
  inert: readonly string[] = [],
): z.output<z.ZodObject<Shape>> {
  const what = describeConfig(architecture);
  const isInert = (field: string, value: unknown) => isInertField(field, value) || inert.includes(field);
  return readKnownFields(what, schema, config, { isInert });
}

/** How a file's fields differ from the schema that they are read by. */
export interface FieldOptions {
  /** Fields that change nothing of the arithmetic. */
  readonly isInert?: (field: string, value: unknown) => boolean;
  /** What the file writes in front of every field. */
  readonly prefix?: string;
}

/**
 * Reads by a schema that has to know every field that is not inert.
 *
 * @throws GeodesicError `config.field` naming a missing or wrong field, `config.unknown-field` for fields that might change
 * the arithmetic in ways the architecture does not know
 */
export function readKnownFields<Shape extends z.ZodRawShape>(
  what: string,
  schema: z.ZodObject<Shape>,
  given: Readonly<Record<string, unknown>>,
  { isInert = () => false, prefix = '' }: FieldOptions = {},
): z.output<z.ZodObject<Shape>> {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(given).filter((key) => !known.includes(key) && !isInert(key, given[key]));
  if (unknown.length === 0) return parseFields(what, schema, given, prefix);
  const list = (keys: readonly string[]) => keys.map((key) => `${prefix}${key}`).join(', ');
  throw new GeodesicError(
    'config.unknown-field',
    `${what} has fields that may change the arithmetic and are not supported: ${list(unknown)}; supported are ${list(known)}${wrongField(schema, given, prefix)}`,
  );
}

/** What else is wrong, for an error about unknown fields to say too. */
function wrongField(schema: z.ZodType, given: unknown, prefix: string): string {
  const issue = schema.safeParse(given).error?.issues[0];
  return issue === undefined ? '' : `. Besides, field '${prefix}${issue.path.join('.')}': ${issue.message}`;
}

/** Parses by a schema and names the first field that is wrong, behind the prefix that its file gives all of them. */
export function parseFields<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  value: unknown,
  prefix = '',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw fieldError(what, `${prefix}${path}`, issue?.message ?? 'is not valid');
}

/** The error of one field whose value is wrong. */
export function fieldError(what: string, field: string, problem: string): GeodesicError {
  return new GeodesicError('config.field', `${what}: field '${field}': ${problem}`);
}

export const positiveInteger = z.int().positive();
/** More would be a mistake, and take all memory before anything else could tell. */
export const layerCount = positiveInteger.max(10_000);
/** As with layers; the largest models have some hundreds. */
export const headCount = positiveInteger.max(1000);
/** A field that configs leave out or set to null. */
export const optional = <T extends z.ZodType>(type: T) =>
  type.nullish().transform((value) => value ?? undefined);

/** Our activations by Hugging Face's names of them. */
const ACTIVATIONS: Readonly<Record<string, ActivationName>> = {
  gelu: 'gelu',
  gelu_fast: 'geluTanh',
  gelu_new: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  quick_gelu: 'quickGelu',
  relu: 'relu',
  relu2: 'reluSquared',
  silu: 'silu',
  swish: 'silu',
};

/** The activation of the feed-forward network, by Hugging Face's names of it. */
export const activationField = optional(
  z
    .enum(Object.keys(ACTIVATIONS), {
      error: (issue) =>
        `activation '${String(issue.input)}' is not supported; supported: ${Object.keys(ACTIVATIONS).join(', ')}`,
    })
    .transform((name) => ACTIVATIONS[name] as ActivationName),
);

/** A field that only this value of is supported, or that is left out; `what` says what another would ask for. */
export function onlyField<const Value extends string | number | boolean>(value: Value, what: string) {
  return optional(z.literal(value, { error: `${what} is not supported` }));
}
