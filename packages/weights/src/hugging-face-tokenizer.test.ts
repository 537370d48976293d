import { expect, test } from 'vitest';
import { huggingFaceTokenizer } from './hugging-face-tokenizer.js';

const tokenizer = {
  version: '1.0',
  added_tokens: [
    { id: 3, content: '<s>', special: true, normalized: false },
    { id: 4, content: '</s>', special: true, normalized: false },
    { id: 5, content: '<end>', special: true, normalized: false },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: [['a', 'b']] },
};

test('reads tokenizer.json with what other files say of its special tokens', () => {
  const read = huggingFaceTokenizer({
    name: 'tokenizer.json',
    tokenizer,
    tokenizerConfig: {
      bos_token: '<s>',
      eos_token: { content: '</s>' },
      chat_template: [{ name: 'default', template: 'T' }],
    },
    configs: [{ eos_token_id: [4, 5] }, { eos_token_id: 4 }, {}],
  });
  expect(read.encode('abba<end>')).toEqual([2, 1, 0, 5]);
  expect(read.decode([2, 1, 0, 5])).toBe('abba<end>');
  expect(read.decode([2, 1, 0, 5], { skipSpecialTokens: true })).toBe('abba');
  expect(read.bosTokenId).toBe(3);
  expect(read.eosTokenIds).toEqual([4, 5]);
  expect(read.chatTemplate).toBe('T');
  expect(read.isSpecial(5)).toBe(true);
  expect(read.isSpecial(2)).toBe(false);
});

test('a template file goes before the one in tokenizer_config.json', () => {
  const files = { name: 'x', tokenizer, tokenizerConfig: { chat_template: 'old' } };
  expect(huggingFaceTokenizer(files).chatTemplate).toBe('old');
  expect(huggingFaceTokenizer({ ...files, chatTemplate: 'new' }).chatTemplate).toBe('new');
  expect(huggingFaceTokenizer({ name: 'x', tokenizer }).bosTokenId).toBeUndefined();
});

test('what is no tokenizer is refused in one line', () => {
  expect(() => huggingFaceTokenizer({ name: 'x/tokenizer.json', tokenizer: {} })).toThrow(
    /^x\/tokenizer.json: the tokenizer can't be used \([^\n]*\); fetch it again$/,
  );
});
