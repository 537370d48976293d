import { GeodesicError } from '@geodesic/compiler';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import * as z from 'zod/mini';
import { libraryNormalizer } from './library-normalizer.js';
import { libraryPreTokenizer } from './library-pre-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** Ranks of BPE merges: lower ones merge first, equal ones left to right. */
export interface MergeRanks {
  /** The rank of a pair written as JSON (`["▁th","e"]`), or undefined where it does not merge. */
  get(pair: string): number | undefined;
}

/** A vocabulary that is no JSON. */
interface TokenTables {
  /** By id. */
  readonly tokens: readonly string[];
  readonly ids: ReadonlyMap<string, number>;
  /** In place of the JSON's merges. */
  readonly ranks?: MergeRanks;
}

/** What a tokenizer needs besides its `tokenizer.json`. */
export interface TokenizerOptions {
  /** Shown in errors. */
  readonly name: string;
  /** The parsed `tokenizer_config.json`, or {}. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly bosTokenId?: number;
  readonly eosTokenIds: readonly number[];
  readonly chatTemplate?: string;
  /** In place of the vocabulary in the JSON: of 262144 tokens the library takes half a second to read one. */
  readonly vocabulary?: TokenTables;
}

/** What is used of the library's decoders. */
interface LibraryDecoder {
  /** Of those that put characters together from bytes. */
  text_decoder?: { decode(bytes: Uint8Array): string };
  /** Of a sequence. */
  readonly decoders?: readonly LibraryDecoder[];
}

/** What is used of the library's tokenizer: its own declarations don't resolve under NodeNext. */
interface LibraryTokenizer {
  readonly decoder: LibraryDecoder | null;
  readonly model: {
    vocab: readonly (string | undefined)[];
    tokens_to_ids: ReadonlyMap<string, number>;
    /** Of BPE models. */
    bpe_ranks?: MergeRanks;
  };
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  decode(ids: number[], options: { clean_up_tokenization_spaces: boolean }): string;
  get_added_tokens_decoder(): Map<number, { special: boolean }>;
}

/**
 * A tokenizer from the content of a `tokenizer.json`, through `@huggingface/tokenizers`.
 *
 * @throws GeodesicError `tokenizer.format` when the library can't use it, or would give other ids than the reference
 */
export function tokenizerFromJson(
  json: Readonly<Record<string, unknown>>,
  options: TokenizerOptions,
): Tokenizer {
  const { name, bosTokenId, chatTemplate, vocabulary } = options;
  const library = construct(libraryJson(json, name), options);
  if (vocabulary) setTables(library, vocabulary);
  const { vocab } = library.model;
  const special = new Set(
    [...library.get_added_tokens_decoder()].flatMap(([id, token]) => (token.special ? [id] : [])),
  );

  const idToToken = (id: number): string => {
    const token = vocab[id];
    if (token !== undefined) return token;
    throw new GeodesicError(
      'tokenizer.unknown-id',
      `${name}: there is no token ${id}; ids go from 0 to ${vocab.length - 1}`,
    );
  };
  return {
    vocabSize: vocab.length,
    eosTokenIds: options.eosTokenIds.filter((id) => vocab[id] !== undefined),
    ...(bosTokenId !== undefined && vocab[bosTokenId] !== undefined && { bosTokenId }),
    ...(chatTemplate !== undefined && { chatTemplate }),
    encode(text, { addSpecialTokens = true } = {}) {
      const { ids } = library.encode(text, { add_special_tokens: addSpecialTokens });
      // A character that the vocabulary has neither a token nor bytes for.
      return ids.filter((id) => id !== undefined);
    },
    decode(ids, { skipSpecialTokens = false } = {}) {
      ids.forEach(idToToken);
      const kept = skipSpecialTokens ? ids.filter((id) => !special.has(id)) : [...ids];
      // Clean-up would take spaces away that the model wrote, so that streamed and decoded text differ.
      return kept.length === 0 ? '' : library.decode(kept, { clean_up_tokenization_spaces: false });
    },
    idToToken,
    isSpecial: (id) => special.has(id),
  };
}

/** The library has set ids of added tokens by itself, which are the same here. */
function setTables({ model }: LibraryTokenizer, { tokens, ids, ranks }: TokenTables): void {
  model.vocab = tokens;
  model.tokens_to_ids = ids;
  if (ranks) model.bpe_ranks = ranks;
}

/** What the library gets: parts that it computes otherwise than the reference are rewritten, or refused. */
function libraryJson(
  json: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  for (const { content, single_word } of addedTokensSchema.parse(json.added_tokens)) {
    if (!single_word) continue;
    throw new GeodesicError(
      'tokenizer.format',
      `${name}: the added token ${content} is to be found as a single word only (single_word), which can't be computed; set its single_word to false if your texts hold it as a word of its own`,
    );
  }
  return {
    ...ABSENT_PARTS,
    ...json,
    normalizer: libraryNormalizer(json.normalizer ?? null),
    pre_tokenizer: libraryPreTokenizer(json.pre_tokenizer ?? null, name),
  };
}

/** What the reference takes for granted; the library refuses a file that does not say it. */
const ABSENT_PARTS = { added_tokens: [], post_processor: null, decoder: null };

const addedTokensSchema = z.catch(
  z.array(z.object({ content: z.string(), single_word: z.optional(z.boolean()) })),
  [],
);

function construct(
  json: Readonly<Record<string, unknown>>,
  { name, config }: TokenizerOptions,
): LibraryTokenizer {
  try {
    const library: LibraryTokenizer = new HuggingFaceTokenizer(json, config);
    if (library.decoder) keepByteOrderMarks(library.decoder);
    return library;
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 160) : '';
    throw new GeodesicError(
      'tokenizer.format',
      `${name}: the tokenizer can't be used (${detail}); fetch it again`,
      { cause },
    );
  }
}

/** To the library's decoder of byte tokens, U+FEFF where their text begins is no text. */
function keepByteOrderMarks(decoder: LibraryDecoder): void {
  if (decoder.text_decoder) decoder.text_decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  decoder.decoders?.forEach(keepByteOrderMarks);
}
