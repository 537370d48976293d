/** Letters, digits and punctuation; `Ġ` is the space of byte-level vocabularies, `Ċ` the end of line. */
const CHARACTERS = [...'ĠĊabcdefghijklmnopqrstuvwxyz0123456789.,!?:-'];
const MERGES = ['t h', 'th e', 'Ġ the', 'a n', 'an d', 'i n', 'e r', 'o n', 'r e', 'Ġ a'];
const SPECIAL = ['<unk>', '<s>', '</s>'];
/** `tiny-llama` has as many embeddings. */
const VOCABULARY_SIZE = 96;

/** The content of a `tokenizer.json`: byte-level BPE, small enough for a model of 96 tokens, that covers plain lower case. */
export function tinyTokenizer(): object {
  const tokens = [...SPECIAL, ...CHARACTERS, ...MERGES.map((pair) => pair.replace(' ', ''))];
  // Whatever the random model says must have a text.
  while (tokens.length < VOCABULARY_SIZE) tokens.push(`Ġw${tokens.length}`);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: MERGES.map((pair) => pair.split(' ')),
    },
  };
}
