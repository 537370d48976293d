import { GeodesicError } from '@geodesic/compiler';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import type { Tokenizer } from './tokenizer.js';

/** What a tokenizer needs besides its `tokenizer.json`. */
export interface TokenizerOptions {
  /** Shown in errors. */
  readonly name: string;
  /** The parsed `tokenizer_config.json`, or {}. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly bosTokenId?: number;
  readonly eosTokenIds: readonly number[];
  readonly chatTemplate?: string;
}

/** What is used of the library's tokenizer: its own declarations don't resolve under NodeNext. */
interface LibraryTokenizer {
  readonly model: {
    readonly vocab: readonly (string | undefined)[];
    /** Of BPE models: the rank of each merge, by the pair as JSON, in the order of the merges. */
    readonly bpe_ranks?: Map<string, number>;
  };
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  decode(ids: number[], options: { clean_up_tokenization_spaces: boolean }): string;
  get_added_tokens_decoder(): Map<number, { special: boolean }>;
}

/** A tokenizer together with the library's object that it works through. */
export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer;
  readonly library: LibraryTokenizer;
}

/**
 * A tokenizer from the content of a `tokenizer.json`, through `@huggingface/tokenizers`.
 *
 * @throws GeodesicError `tokenizer.format` when the library can't use it
 */
export function tokenizerFromJson(
  json: Readonly<Record<string, unknown>>,
  options: TokenizerOptions,
): LoadedTokenizer {
  const { name, bosTokenId, chatTemplate } = options;
  const library = construct(json, options);
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
  const tokenizer: Tokenizer = {
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
  return { tokenizer, library };
}

function construct(
  json: Readonly<Record<string, unknown>>,
  { name, config }: TokenizerOptions,
): LibraryTokenizer {
  try {
    return new HuggingFaceTokenizer(json, config);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 160) : '';
    throw new GeodesicError(
      'tokenizer.format',
      `${name}: the tokenizer can't be used (${detail}); fetch it again`,
      { cause },
    );
  }
}
