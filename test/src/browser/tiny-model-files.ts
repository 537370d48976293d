import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GOLDENS } from '../read-golden.js';
import type { TinyModelFiles } from './entries/load-tiny-model.js';

/** Reads a tiny model in the form that a page can be given. */
export async function tinyModelFiles(name: string): Promise<TinyModelFiles> {
  const folder = join(GOLDENS, name);
  return {
    config: JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as TinyModelFiles['config'],
    weights: await readFile(join(folder, 'model.safetensors'), 'base64'),
  };
}
