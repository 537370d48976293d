import { GeodesicError } from '@geodesic/compiler';
import type { MetadataValue } from './checkpoint.js';
import { type GgufVocabulary, readGgufVocabulary, tokenType } from './gguf-vocabulary.js';
import { preTokenizers } from './pre-tokenizers.js';
import { sentencePieceRanks } from './sentencepiece-ranks.js';
import { sentencePieceWords } from './sentencepiece-words.js';
import type { Tokenizer } from './tokenizer.js';
import { type MergeRanks, tokenizerFromJson } from './tokenizer-json.js';

/** The parts of a `tokenizer.json` that depend on the kind of tokenizer. The vocabulary goes beside it. */
interface TokenizerParts {
  readonly normalizer: object | null;
  readonly pre_tokenizer: object | null;
  readonly decoder: object;
  readonly model: object;
  readonly addBos: boolean;
  readonly bosTokenId?: number;
  readonly eosTokenId?: number;
  /** Set where the model has scores instead of merges. */
  readonly ranks?: MergeRanks;
}

/**
 * The tokenizer in a GGUF file's metadata: byte-level BPE (`gpt2`) or SentencePiece (`llama`), written as a
 * `tokenizer.json`. Ids are those of llama.cpp with `parse_special`.
 *
 * @param name file name for errors
 * @throws GeodesicError `tokenizer.missing` where the file has none; `tokenizer.format`, also for another kind or a pre-tokenizer not
 *   listed in `preTokenizers`
 */
export function ggufTokenizer(metadata: ReadonlyMap<string, MetadataValue>, name: string): Tokenizer {
  const vocabulary = readGgufVocabulary(metadata, name);
  const { normalizer, pre_tokenizer, decoder, model, ranks, ...parts } = partsOf(vocabulary, name);
  const bosTokenId = vocabulary.id('bos_token_id') ?? parts.bosTokenId;
  const eosTokenId = vocabulary.id('eos_token_id') ?? parts.eosTokenId;
  const first = (vocabulary.flag('add_bos_token') ?? parts.addBos) ? bosTokenId : undefined;
  const last = vocabulary.flag('add_eos_token') ? eosTokenId : undefined;
  const json = {
    added_tokens: addedTokens(vocabulary),
    normalizer,
    pre_tokenizer,
    model,
    decoder,
    post_processor: aroundSequence(vocabulary, first, last),
  };
  const chatTemplate = ggufChatTemplate(metadata);
  return tokenizerFromJson(json, {
    name,
    config: {},
    vocabulary: { tokens: vocabulary.tokens, ids: vocabulary.ids, ...(ranks && { ranks }) },
    eosTokenIds: endTokens(vocabulary, eosTokenId),
    ...(bosTokenId !== undefined && { bosTokenId }),
    ...(chatTemplate !== undefined && { chatTemplate }),
  });
}

/** The chat template in a GGUF file's metadata, if there is one. */
export function ggufChatTemplate(metadata: ReadonlyMap<string, MetadataValue>): string | undefined {
  const template = metadata.get('tokenizer.chat_template');
  return typeof template === 'string' ? template : undefined;
}

/** As llama.cpp calls files that are for token ids alone. */
const NONE: ReadonlySet<string> = new Set(['none', 'no_vocab']);

function partsOf(vocabulary: GgufVocabulary, name: string): TokenizerParts {
  if (vocabulary.model === 'gpt2') return byteLevelParts(vocabulary);
  if (vocabulary.model === 'llama') return sentencePieceParts(vocabulary);
  if (NONE.has(vocabulary.model)) {
    throw new GeodesicError(
      'tokenizer.missing',
      `${name} names its tokens but not how text becomes them (tokenizer.ggml.model): use a file with a tokenizer, or token ids`,
    );
  }
  throw unsupported(vocabulary, `tokenizer.ggml.model is ${vocabulary.model}`, ['gpt2', 'llama']);
}

function byteLevelParts(vocabulary: GgufVocabulary): TokenizerParts {
  const pre = preTokenizers.get(vocabulary.pre);
  if (!pre)
    throw unsupported(vocabulary, `tokenizer.ggml.pre is ${vocabulary.pre}`, [...preTokenizers.keys()]);
  const splits = pre.patterns.map(splitBy);
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  return {
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [...splits, bytes] },
    decoder: bytes,
    model: {
      type: 'BPE',
      vocab: {},
      merges: vocabulary.merges.map((merge) => pairOf(vocabulary, merge)),
      ignore_merges: pre.ignoreMerges ?? false,
    },
    addBos: pre.addBos ?? false,
  };
}

function sentencePieceParts(vocabulary: GgufVocabulary): TokenizerParts {
  const addSpace = vocabulary.flag('add_space_prefix') ?? true;
  const unknown = vocabulary.id('unknown_token_id') ?? 0;
  const escapeSpaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const decoders = [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
    ...(addSpace ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
  ];
  return {
    normalizer: {
      type: 'Sequence',
      normalizers: [...(addSpace ? [{ type: 'Prepend', prepend: '▁' }] : []), escapeSpaces],
    },
    pre_tokenizer: splitBy(sentencePieceWords(vocabulary.tokens)),
    decoder: { type: 'Sequence', decoders },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries([[vocabulary.tokens[unknown], unknown]]),
      merges: [],
      byte_fallback: true,
      unk_token: vocabulary.tokens[unknown],
    },
    addBos: true,
    bosTokenId: 1,
    eosTokenId: 2,
    ranks: sentencePieceRanks(vocabulary.ids, vocabulary.scores),
  };
}

function splitBy(pattern: string): object {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated' };
}

function pairOf(vocabulary: GgufVocabulary, merge: string): [string, string] {
  const space = merge.indexOf(' ', 1);
  if (space < 0)
    throw vocabulary.error(
      `the merge "${merge.slice(0, 40)}" is not a pair; the file is damaged, fetch it again`,
    );
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** Tokens found in text before anything else, as llama.cpp does with `parse_special`. */
function addedTokens({ tokens, types }: GgufVocabulary): object[] {
  const added: number[] = [tokenType.unknown, tokenType.control, tokenType.userDefined];
  return tokens.flatMap((content, id) => {
    const type = endSpellings.has(content) ? tokenType.control : (types[id] ?? 1);
    return added.includes(type)
      ? [{ id, content, special: type !== tokenType.userDefined, normalized: false }]
      : [];
  });
}

function aroundSequence(
  { tokens }: GgufVocabulary,
  first: number | undefined,
  last: number | undefined,
): object | null {
  const special = (id: number | undefined) =>
    id === undefined ? [] : [{ SpecialToken: { id: tokens[id], type_id: 0 } }];
  if (first === undefined && last === undefined) return null;
  const single = [...special(first), { Sequence: { id: 'A', type_id: 0 } }, ...special(last)];
  return { type: 'TemplateProcessing', single, pair: single };
}

/**
 * Spellings of tokens that end a turn; many files name only one of theirs. llama.cpp too goes by the text, and takes such
 * tokens for control tokens whatever the file says of their type.
 */
const endSpellings: ReadonlySet<string> = new Set([
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|end|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<EOT>',
  '<｜end▁of▁sentence｜>',
  '<end_of_utterance>',
]);

function endTokens(vocabulary: GgufVocabulary, eosTokenId: number | undefined): number[] {
  const named = [eosTokenId, vocabulary.id('eot_token_id'), vocabulary.id('eom_token_id')];
  const spelled = vocabulary.tokens.flatMap((token, id) => (endSpellings.has(token) ? [id] : []));
  return [...new Set([...named.filter((id) => id !== undefined), ...spelled])];
}

function unsupported(vocabulary: GgufVocabulary, what: string, supported: readonly string[]): Error {
  return vocabulary.error(`${what}, which can't be read; supported are ${supported.join(', ')}`);
}
