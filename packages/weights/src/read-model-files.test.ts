import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { blobFile } from './random-access-file.js';
import { readModelFiles } from './read-model-files.js';
import { safetensorsFile, textFile } from './testing/tiny-files.js';

const weights = safetensorsFile('model.safetensors', { w: { shape: [2], values: Float32Array.of(1, 2) } });

test('safetensors with their config and tokenizer', async () => {
  const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null };
  const model = { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] };
  const source = await readModelFiles([
    textFile('config.json', '{"model_type":"llama","eos_token_id":1}'),
    weights,
    textFile('tokenizer.json', JSON.stringify({ ...parts, decoder: { type: 'Fuse' }, model })),
    textFile('README.md', 'left alone'),
  ]);
  expect(source).toMatchObject({ format: 'safetensors', config: { model_type: 'llama' } });
  expect([...(await source.checkpoint.readFloat32('w'))]).toEqual([1, 2]);
  const tokenizer = await source.loadTokenizer();
  expect(tokenizer.encode('ba')).toEqual([1, 0]);
  expect(tokenizer.eosTokenIds).toEqual([1]);
});

test('a GGUF file', async () => {
  const bytes = await readFile(new URL('../goldens/small.gguf', import.meta.url));
  const source = await readModelFiles([blobFile(new Blob([bytes]), 'small.gguf')]);
  if (source.format !== 'gguf') throw new Error('read as another format');
  expect(source.ggufMetadata.get('general.architecture')).toBe('llama');
  expect(source.path).toBe('small.gguf');
});

test.each([
  ['no weights', [textFile('notes.txt', '')], 'weights.files', /given: notes\.txt/],
  ['no config', [weights], 'weights.missing-file', /model\.safetensors has no config\.json/],
  ['a broken config', [weights, textFile('config.json', '{')], 'weights.json', /config\.json is not valid/],
])('refuses %s', async (_, files, code, message) => {
  await expect(readModelFiles(files)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('says that the tokenizer is missing when it is asked for', async () => {
  const source = await readModelFiles([weights, textFile('config.json', '{}')]);
  await expect(source.loadTokenizer()).rejects.toMatchObject({ code: 'tokenizer.missing' });
});
