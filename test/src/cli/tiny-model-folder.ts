import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GOLDENS } from '../read-golden.js';
import { temporaryFolder } from './temporary-folder.js';
import { tinyTokenizer } from './tiny-tokenizer.js';

/** A config.json, to be changed. */
export type Config = Record<string, unknown>;

/** What a test makes of the good files. */
export interface TinyModelChanges {
  readonly config?: (config: Config) => Config;
  readonly weights?: (file: Buffer) => Uint8Array;
  /** Further files, or other content, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** A folder that goes with the test: a copy of the golden `tiny-llama` with a tokenizer, which the golden has none of. */
export async function tinyModelFolder(changes: TinyModelChanges = {}): Promise<string> {
  const folder = await temporaryFolder();
  await writeTinyModel(folder, changes);
  return folder;
}

/** Writes the files of that model into a folder. */
export async function writeTinyModel(
  folder: string,
  { config, weights, files = {} }: TinyModelChanges = {},
): Promise<void> {
  const golden = (name: string) => join(GOLDENS, 'tiny-llama', name);
  const original = JSON.parse(await readFile(golden('config.json'), 'utf8')) as Config;
  await writeFile(join(folder, 'config.json'), JSON.stringify(config?.(original) ?? original));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizer()));
  if (weights === undefined) await copyFile(golden('model.safetensors'), join(folder, 'model.safetensors'));
  else
    await writeFile(join(folder, 'model.safetensors'), weights(await readFile(golden('model.safetensors'))));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
