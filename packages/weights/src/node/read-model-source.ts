import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { describeFolder, describeGguf } from '../describe-model-files.js';
import type { ModelSource } from '../model-source.js';
import { openCheckpoint } from './open-checkpoint.js';

/**
 * Opens a model: a folder as Hugging Face stores it, a folder with one GGUF file, or a GGUF file. Reads headers and
 * configuration only. Close its checkpoint when done.
 *
 * @throws GeodesicError `weights.missing-file`, `weights.json`, `weights.files`, and whatever a damaged file gives
 */
export async function readModelSource(path: string): Promise<ModelSource> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) throw new GeodesicError('weights.missing-file', `there is no ${path}: check the path`);
  if (!stats.isDirectory() && !path.endsWith('.gguf')) {
    throw new GeodesicError(
      'weights.files',
      `${path} is neither a folder nor a .gguf file: give a model's folder`,
    );
  }
  const folder = stats.isDirectory() && !(await holdsOnlyGguf(path));
  return folder ? readFolder(path) : readGguf(path);
}

async function holdsOnlyGguf(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.some((name) => name.endsWith('.gguf')) && !names.some((name) => name.endsWith('.safetensors'));
}

async function readGguf(path: string): Promise<ModelSource> {
  return describeGguf(path, basename(path), await openCheckpoint(path));
}

function readFolder(path: string): Promise<ModelSource> {
  return describeFolder({
    path,
    openCheckpoint: () => openCheckpoint(path),
    readText: (name) => readText(path, name),
    pathOf: (name) => join(path, name),
  });
}

/** The text of a file, or undefined where there is none. */
async function readText(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new GeodesicError(
      'weights.missing-file',
      `can't read ${join(folder, name)} (${code}): check its permissions`,
      { cause },
    );
  }
}
