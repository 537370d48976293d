import { huggingFaceTokenizer, type Tokenizer } from '@geodesic/weights';

export const EOS = 49;

/**
 * A tokenizer of the 50 ids that the random models have: letters, some punctuation, the single bytes of é, € and an emoji, so
 * that most characters beyond ASCII come in pieces, and an end token.
 */
export function letterTokenizer(): Tokenizer {
  // The letters that byte-level BPE writes for the bytes c3 a9, e2 82 ac and f0 9f 98 80; Ġ is a space, Ċ a line feed.
  const bytes = ['Ã', '©', 'â', 'Ĥ', '¬', 'ð', 'Ł', 'ĺ', 'Ģ'];
  const symbols = [...'abcdefghijklmnopqrstuvwxyz', ...'.,!?0123456789', 'Ġ', 'Ċ'].slice(
    0,
    EOS - bytes.length - 2,
  );
  const vocabulary = [...symbols, 'Ġ', 'Ċ', ...bytes];
  return huggingFaceTokenizer({
    name: 'letters',
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      normalizer: null,
      post_processor: null,
      added_tokens: [
        {
          id: EOS,
          content: '</s>',
          single_word: false,
          lstrip: false,
          rstrip: false,
          normalized: false,
          special: true,
        },
      ],
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        type: 'BPE',
        vocab: Object.fromEntries(vocabulary.map((symbol, id) => [symbol, id])),
        merges: [],
      },
    },
    tokenizerConfig: { eos_token: '</s>' },
  });
}
