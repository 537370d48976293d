import { GeodesicError } from '@geodesic/compiler';
import type { MetadataValue } from './checkpoint.js';

/** GGUF's token types (llama.h, `enum llama_token_type`) that matter here. */
export const tokenType = { unknown: 2, control: 3, userDefined: 4 } as const;

/** The vocabulary in a GGUF file's `tokenizer.ggml.*` metadata. */
export interface GgufVocabulary {
  /** `gpt2` (byte-level BPE), `llama` (SentencePiece), `none`, or something that can't be read. */
  readonly model: string;
  readonly pre: string;
  /** Token text by id, without two alike. */
  readonly tokens: readonly string[];
  /** Ids by token text. */
  readonly ids: ReadonlyMap<string, number>;
  /** By id, or empty where the file has none. */
  readonly types: ArrayLike<number>;
  /** By id, or empty where the file has none. */
  readonly scores: ArrayLike<number>;
  /** Never empty where `model` is `gpt2`. */
  readonly merges: readonly string[];
  /** The value of `tokenizer.ggml.<key>` if it is a boolean. */
  flag(key: string): boolean | undefined;
  /** The value of `tokenizer.ggml.<key>` if it is the id of a token. */
  id(key: string): number | undefined;
  error(problem: string): GeodesicError;
}

/**
 * Reads and checks the vocabulary.
 *
 * @param name file name for errors
 * @throws GeodesicError `tokenizer.format`
 */
export function readGgufVocabulary(
  metadata: ReadonlyMap<string, MetadataValue>,
  name: string,
): GgufVocabulary {
  const value = (key: string) => metadata.get(`tokenizer.ggml.${key}`);
  const error = (problem: string) => new GeodesicError('tokenizer.format', `${name}: ${problem}`);
  const text = (key: string, otherwise: string) => {
    const found = value(key) ?? otherwise;
    if (typeof found === 'string') return found;
    throw error(`tokenizer.ggml.${key} is not a text; the file is damaged, fetch it again`);
  };
  const texts = (key: string) =>
    textArray(value(key) ?? [], () =>
      error(`tokenizer.ggml.${key} is not a list of texts; the file is damaged, fetch it again`),
    );
  const tokens = texts('tokens').map((token, id) => token || `[EMPTY_${id}]`);
  if (tokens.length === 0) throw error('holds no tokenizer.ggml.tokens; use a file with a vocabulary');
  const ids = new Map<string, number>();
  for (const token of tokens) ids.set(token, ids.size);
  if (ids.size < tokens.length)
    throw error('has a token twice in its vocabulary; the file is damaged, fetch it again');
  const numbers = (key: string) => {
    const found = value(key);
    if (found === undefined) return [];
    if (isNumbers(found) && found.length === tokens.length) return found;
    throw error(`tokenizer.ggml.${key} is not a number for each token; the file is damaged, fetch it again`);
  };
  const model = text('model', 'none');
  const merges = texts('merges');
  if (model === 'gpt2' && merges.length === 0)
    throw error('holds no tokenizer.ggml.merges, which gpt2 needs; use a file with a whole vocabulary');
  return {
    model,
    pre: text('pre', 'default'),
    tokens,
    ids,
    types: numbers('token_type'),
    scores: numbers('scores'),
    merges,
    flag: (key) => (typeof value(key) === 'boolean' ? value(key) === true : undefined),
    id: (key) => {
      const id = value(key);
      return typeof id === 'number' && tokens[id] !== undefined ? id : undefined;
    },
    error,
  };
}

function textArray(value: MetadataValue, error: () => GeodesicError): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw error();
}

function isNumbers(value: MetadataValue): value is MetadataValue & ArrayLike<number> {
  return (
    ArrayBuffer.isView(value) || (Array.isArray(value) && value.every((item) => typeof item === 'number'))
  );
}
