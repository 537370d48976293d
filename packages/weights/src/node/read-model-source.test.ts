import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readModelSource } from './read-model-source.js';

const golden = (name: string) => new URL(`../../goldens/${name}`, import.meta.url);
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geodesic-model-'));
});

test('a Hugging Face folder', async () => {
  await copyFile(golden('small.safetensors'), join(folder, 'model.safetensors'));
  await writeFile(join(folder, 'config.json'), '{"model_type":"llama"}');
  await writeFile(join(folder, 'generation_config.json'), '{"eos_token_id":1}');
  const source = await readModelSource(folder);
  expect(source).toMatchObject({
    format: 'safetensors',
    path: folder,
    config: { model_type: 'llama' },
    generationConfig: { eos_token_id: 1 },
  });
  expect(source.checkpoint.names()).toContain('half');
  await expect(source.loadTokenizer()).rejects.toMatchObject({ code: 'tokenizer.missing' });
  await source.checkpoint.close();
});

test('a tokenizer and its template from files of the folder', async () => {
  await copyFile(golden('small.safetensors'), join(folder, 'model.safetensors'));
  await writeFile(join(folder, 'config.json'), '{"eos_token_id":1}');
  const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null };
  const model = { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] };
  await writeFile(
    join(folder, 'tokenizer.json'),
    JSON.stringify({ ...parts, decoder: { type: 'Fuse' }, model }),
  );
  await writeFile(join(folder, 'chat_template.jinja'), 'T');
  const source = await readModelSource(folder);
  expect(await source.loadChatTemplate()).toBe('T');
  const tokenizer = await source.loadTokenizer();
  expect(await source.loadTokenizer()).toBe(tokenizer);
  expect(tokenizer.encode('abba')).toEqual([0, 1, 1, 0]);
  expect(tokenizer.eosTokenIds).toEqual([1]);
  expect(tokenizer.chatTemplate).toBe('T');
  await source.checkpoint.close();
});

test('a GGUF file, alone or in a folder', async () => {
  const path = join(folder, 'm.gguf');
  await copyFile(golden('small.gguf'), path);
  for (const place of [path, folder]) {
    const source = await readModelSource(place);
    if (source.format !== 'gguf') throw new Error('read as another format');
    expect(source.ggufMetadata.get('general.architecture')).toBe('llama');
    await expect(source.loadTokenizer()).rejects.toThrow(/holds no tokenizer.ggml.tokens/);
    expect(await source.loadChatTemplate()).toBeUndefined();
    await source.checkpoint.close();
  }
});

test('a file of another kind', async () => {
  await writeFile(join(folder, 'model.bin'), '');
  await expect(readModelSource(join(folder, 'model.bin'))).rejects.toThrow(
    /neither a folder nor a .gguf file/,
  );
});
