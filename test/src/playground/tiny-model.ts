import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GOLDENS } from '../read-golden.js';
import type { PickedFile } from './playground-page.js';

const LETTERS = 'abcdefghijklmnop';

/** A tiny random model as three files, with a tokenizer of letters and signs, one a token; answers have long words, too. */
export async function tinyModel(): Promise<readonly PickedFile[]> {
  const folder = join(GOLDENS, 'tiny-mistral');
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { vocab_size: number };
  const tokens = Array.from({ length: config.vocab_size }, (_, id) =>
    id < 64 ? String.fromCharCode(64 + id) : `incomprehensible${LETTERS[id >> 4]}${LETTERS[id % 16]}`,
  );
  const tokenizer = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: [] },
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
