import { GeodesicError } from '@geodesic/compiler';
import { z } from 'zod';

/**
 * Fields of config.json that describe files, training or generation and change nothing of the arithmetic. A field that is
 * neither here nor in an architecture's schema might, and is refused.
 */
const INERT_FIELDS = new Set([
  '_name_or_path',
  'architectures',
  'attention_dropout',
  'auto_map',
  'bos_token_id',
  'chunk_size_feed_forward',
  'dtype',
  'eos_token_id',
  'id2label',
  'initializer_range',
  'is_llama_config',
  'label2id',
  'model_type',
  'output_attentions',
  'output_hidden_states',
  'pad_token_id',
  'pretraining_tp',
  'problem_type',
  'return_dict',
  'torch_dtype',
  'transformers.js_config',
  'transformers_version',
  'unk_token_id',
  'use_cache',
]);

/**
 * Reads a Hugging Face config by a schema whose keys are the fields that the architecture computes with.
 *
 * @throws GeodesicError as `readKnownFields`
 */
export function readFields<Shape extends z.ZodRawShape>(
  architecture: string,
  schema: z.ZodObject<Shape>,
  config: Readonly<Record<string, unknown>>,
): z.output<z.ZodObject<Shape>> {
  const what = `config.json of a '${architecture}' model`;
  return readKnownFields(what, schema, config, { inert: INERT_FIELDS });
}

/** How a file's fields differ from the schema that they are read by. */
export interface FieldOptions {
  /** Fields that change nothing of the arithmetic. */
  readonly inert?: ReadonlySet<string>;
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
  { inert = new Set(), prefix = '' }: FieldOptions = {},
): z.output<z.ZodObject<Shape>> {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(given).filter((key) => !known.includes(key) && !inert.has(key));
  if (unknown.length > 0) {
    const list = (keys: readonly string[]) => keys.map((key) => `${prefix}${key}`).join(', ');
    throw new GeodesicError(
      'config.unknown-field',
      `${what} has fields that may change the arithmetic and are not supported: ${list(unknown)}; supported are ${list(known)}`,
    );
  }
  return parseFields(what, schema, given, prefix);
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
/** A field that configs leave out or set to null. */
export const optional = <T extends z.ZodType>(type: T) =>
  type.nullish().transform((value) => value ?? undefined);

/** The activation of the feed-forward network, by Hugging Face's names of it. */
export function activationField<const Names extends readonly string[]>(supported: Names) {
  return optional(
    z.enum(supported, {
      error: (issue) =>
        `activation '${String(issue.input)}' is not supported; supported: ${supported.join(', ')}`,
    }),
  );
}
