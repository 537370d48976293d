import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GOLDENS } from '../read-golden.js';
import type { PickedFile } from './playground-page.js';

/** A tiny random model as three files, with a tokenizer of letters, digits and signs: one character a token. */
export async function tinyModel(): Promise<readonly PickedFile[]> {
  const folder = join(GOLDENS, 'tiny-mistral');
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { vocab_size: number };
  const characters = Array.from({ length: config.vocab_size }, (_, id) => String.fromCharCode(64 + id));
  const tokenizer = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', vocab: Object.fromEntries(characters.map((one, id) => [one, id])), merges: [] },
  };
  const json = (name: string, value: object): PickedFile => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(value)),
  });
  return [
    json('config.json', config),
    json('tokenizer.json', tokenizer),
    {
      name: 'model.safetensors',
      mimeType: 'application/octet-stream',
      buffer: await readFile(join(folder, 'model.safetensors')),
    },
  ];
}
