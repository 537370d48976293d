import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import type { Checkpoint } from '../checkpoint.js';
import { openCheckpointFiles, readWeightMap } from '../open-checkpoint-files.js';
import { openNodeFile } from './node-file.js';

/**
 * Opens the checkpoint at a path: a `.gguf` or `.safetensors` file, or of a folder the first there is of
 * `model.safetensors.index.json` and its shards, `model.safetensors`, another index and its shards, every safetensors
 * file, one GGUF file.
 *
 * @throws GeodesicError `weights.missing-file`, `weights.files`, and whatever a damaged file gives
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  return openFiles(await checkpointPaths(path));
}

async function openFiles(paths: readonly string[]): Promise<Checkpoint> {
  const opened = await Promise.allSettled(paths.map(openNodeFile));
  const files = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    for (const result of opened) if (result.status === 'rejected') throw result.reason;
    const checkpoint = await openCheckpointFiles(files);
    // Read by now, and no file of the checkpoint's, which closes those that hold tensors.
    await Promise.all(files.filter(({ name }) => name.endsWith('.json')).map((index) => index.close()));
    return checkpoint;
  } catch (error) {
    await Promise.all(files.map((file) => file.close()));
    throw error;
  }
}

/** The files that the checkpoint at `path` consists of. */
async function checkpointPaths(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) throw new GeodesicError('weights.missing-file', `there is no ${path}: check the path`);
  if (!stats.isDirectory()) return [path];
  const names = (await readdir(path)).sort();
  const inFolder = (name: string) => join(path, name);
  const named = (ending: string) => names.filter((name) => name.endsWith(ending));
  const first =
    ['model.safetensors.index.json', 'model.safetensors'].find((name) => names.includes(name)) ??
    named('.safetensors.index.json')[0];
  if (first?.endsWith('.json')) return [first, ...(await shardsOf(join(path, first)))].map(inFolder);
  if (first) return [inFolder(first)];
  const safetensors = named('.safetensors');
  const chosen = safetensors.length > 0 ? safetensors : named('.gguf');
  if (chosen.length > 0) return chosen.map(inFolder);
  throw new GeodesicError(
    'weights.files',
    `${path} holds neither .safetensors files nor a .gguf file: choose a model's folder`,
  );
}

async function shardsOf(indexPath: string): Promise<string[]> {
  const index = await openNodeFile(indexPath);
  try {
    return [...new Set((await readWeightMap(index)).values())];
  } finally {
    await index.close();
  }
}
