import { GeodesicError } from '@geodesic/compiler';
import { type GgufDescription, modelFromHuggingFace } from '../index.js';

/** Code and message of what `read` is refused with. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof GeodesicError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

/** The same of a Hugging Face config. */
export function refusalOfConfig(config: Readonly<Record<string, unknown>>): string {
  return refusalOf(() => modelFromHuggingFace(config));
}

/** A GGUF file of three tokens; fields are below the architecture's name. */
export function ggufFile(
  type: string,
  fields: Readonly<Record<string, unknown>>,
  tensorNames: readonly string[] = [],
): GgufDescription {
  const own = Object.entries(fields).map(([field, value]) => [`${type}.${field}`, value]);
  return {
    metadata: {
      'general.architecture': type,
      'tokenizer.ggml.tokens': ['a', 'b', 'c'],
      ...Object.fromEntries(own),
    },
    tensorNames,
  };
}

/** A config without some of its fields. */
export function without<Config extends object>(
  config: Config,
  ...fields: readonly string[]
): Partial<Config> {
  return Object.fromEntries(
    Object.entries(config).filter(([field]) => !fields.includes(field)),
  ) as Partial<Config>;
}
