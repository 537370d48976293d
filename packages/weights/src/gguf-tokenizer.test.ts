import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { MetadataValue } from './checkpoint.js';
import { ggufTokenizer } from './gguf-tokenizer.js';
import { openCheckpoint } from './node/open-checkpoint.js';
import { sharedGolden, tokenizerGoldens } from './testing/tokenizer-goldens.js';

async function metadataOf(name: string): Promise<ReadonlyMap<string, MetadataValue>> {
  const checkpoint = await openCheckpoint(fileURLToPath(sharedGolden(name)));
  await checkpoint.close();
  return checkpoint.metadata;
}

const { cases } = tokenizerGoldens('smollm2');
/** Digests of all ids by pre-tokenizer, of llama.cpp or of Hugging Face's tokenizers (test/oracle/tokenizer). */
function preTokenizerDigests(name: string): [string, string][] {
  return Object.entries(JSON.parse(readFileSync(sharedGolden(name), 'utf8')).digests);
}

const digests = [
  ...preTokenizerDigests('tokenizer-pre.json'),
  ...preTokenizerDigests('tokenizer-pre-upstream.json'),
];

test.each(['sentencepiece', 'no-prefix'])('the vocabulary %s gives the ids of llama.cpp', async (name) => {
  const tokenizer = ggufTokenizer(await metadataOf(`tokenizer-${name}.gguf`), name);
  for (const [text, ids] of tokenizerGoldens(name).cases) {
    expect([text, tokenizer.encode(text, { addSpecialTokens: false })]).toEqual([text, ids]);
  }
});

test.each(digests)('the pre-tokenizer %s gives the ids of its oracle', async (name, digest) => {
  const metadata = new Map([...(await metadataOf('tokenizer-bpe.gguf')), ['tokenizer.ggml.pre', name]]);
  const tokenizer = ggufTokenizer(metadata, name);
  const ids = cases.map(([text]) => tokenizer.encode(text, { addSpecialTokens: false }));
  expect(createHash('sha256').update(JSON.stringify(ids)).digest('hex')).toBe(digest);
});

test('BOS and EOS are added as the file says', async () => {
  const metadata = await metadataOf('tokenizer-sentencepiece.gguf');
  const withFlags = (flags: [string, boolean][]) =>
    ggufTokenizer(
      new Map([...metadata, ...flags.map(([key, on]) => [`tokenizer.ggml.add_${key}_token`, on] as const)]),
      'x',
    );
  const plain = withFlags([]).encode('hello', { addSpecialTokens: false });
  expect(withFlags([]).encode('hello')).toEqual([1, ...plain]);
  expect(withFlags([['bos', false]]).encode('hello')).toEqual(plain);
  expect(withFlags([['eos', true]]).encode('hello')).toEqual([1, ...plain, 2]);
  expect(withFlags([]).bosTokenId).toBe(1);
  expect(withFlags([]).eosTokenIds).toEqual([2, 4]);
});

test('special tokens are known, left out on request, and unknown ids refused', async () => {
  const tokenizer = ggufTokenizer(await metadataOf('tokenizer-no-prefix.gguf'), 'x.gguf');
  const ids = tokenizer.encode('<|im_start|>a    b', { addSpecialTokens: false });
  expect(tokenizer.isSpecial(ids[0] ?? -1)).toBe(true);
  expect(tokenizer.idToToken(ids[0] ?? -1)).toBe('<|im_start|>');
  expect(tokenizer.decode(ids)).toBe('<|im_start|>a    b');
  expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('a    b');
  expect(tokenizer.decode([])).toBe('');
  expect(() => tokenizer.decode([1e6])).toThrow(/x.gguf: there is no token 1000000/);
  expect(() => tokenizer.idToToken(-1)).toThrow(/no token -1/);
});

test('a token that is spelled as the end of a turn is one, whatever its type', async () => {
  const metadata = await metadataOf('tokenizer-no-prefix.gguf');
  const tokens = metadata.get('tokenizer.ggml.tokens');
  if (!Array.isArray(tokens)) throw new Error('no tokens');
  const end = tokens.indexOf('<|im_end|>');
  const types = Int32Array.from(tokens, (_, id) => (id === end ? 1 : 4));
  const tokenizer = ggufTokenizer(new Map([...metadata, ['tokenizer.ggml.token_type', types]]), 'x.gguf');
  expect(tokenizer.eosTokenIds).toContain(end);
  expect(tokenizer.isSpecial(end)).toBe(true);
  expect(tokenizer.encode('<|im_end|>', { addSpecialTokens: false })).toEqual([end]);
});

test.each([
  ['uint32', (values: Iterable<number>) => Uint32Array.from(values)],
  ['float64', (values: Iterable<number>) => Float64Array.from(values)],
  ['int64', (values: Iterable<number>) => Array.from(values)],
])('token types and scores may be of type %s', async (_, convert) => {
  const metadata = await metadataOf('tokenizer-sentencepiece.gguf');
  const numbers = (key: string) => {
    const value = metadata.get(key);
    if (!(value instanceof Int32Array || value instanceof Float32Array)) throw new Error(`no ${key}`);
    return value;
  };
  // Whole and positive, and in the order of the scores.
  const scores = numbers('tokenizer.ggml.scores');
  const order = [...new Set(scores)].sort((a, b) => a - b);
  const tokenizer = ggufTokenizer(
    new Map([
      ...metadata,
      ['tokenizer.ggml.token_type', convert(numbers('tokenizer.ggml.token_type'))],
      ['tokenizer.ggml.scores', convert(Array.from(scores, (score) => order.indexOf(score)))],
    ]),
    'x.gguf',
  );
  for (const [text, ids] of tokenizerGoldens('sentencepiece').cases) {
    expect([text, tokenizer.encode(text, { addSpecialTokens: false })]).toEqual([text, ids]);
  }
});

test('what can not be read is named with what can', async () => {
  const metadata = await metadataOf('tokenizer-bpe.gguf');
  const broken = (key: string, value: MetadataValue) => () =>
    ggufTokenizer(new Map([...metadata, [`tokenizer.ggml.${key}`, value]]), 'x.gguf');
  expect(broken('pre', 'klingon')).toThrow(
    /x.gguf: tokenizer.ggml.pre is klingon, .* supported are default, gpt-2, .*smollm/,
  );
  expect(broken('model', 'bert')).toThrow(/model is bert, .* supported are gpt2, llama/);
  for (const none of ['none', 'no_vocab'])
    expect(broken('model', none)).toThrow(/x.gguf names its tokens but not how/);
  expect(broken('merges', ['ab'])).toThrow(/merge "ab" is not a pair/);
  expect(broken('merges', [])).toThrow(/holds no tokenizer.ggml.merges/);
  const withoutMerges = new Map([...metadata].filter(([key]) => key !== 'tokenizer.ggml.merges'));
  expect(() => ggufTokenizer(withoutMerges, 'x.gguf')).toThrow(/holds no tokenizer.ggml.merges/);
  for (const key of ['token_type', 'scores'])
    for (const value of [3, 'x', ['a'], Int32Array.of(1), []])
      expect(broken(key, value)).toThrow(`x.gguf: tokenizer.ggml.${key} is not a number for each token`);
  expect(broken('tokens', ['a', 'a'])).toThrow(/twice/);
  expect(() => ggufTokenizer(new Map(), 'x.gguf')).toThrow(/no tokenizer.ggml.tokens/);
});
