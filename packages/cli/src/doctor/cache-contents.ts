import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogue } from '@geodesic/weights';

/** A folder and how many bytes the files in it have. */
export interface SizedFolder {
  readonly name: string;
  readonly bytes: number;
}

/** What was downloaded and built. */
export interface CacheContents {
  readonly folder: string;
  readonly bytes: number;
  /** By the names that `--model` takes. */
  readonly models: readonly SizedFolder[];
}

/** Looks into a cache folder; one that is not there, or can't be read, is empty. */
export async function cacheContents(folder: string): Promise<CacheContents> {
  const models = join(folder, 'models');
  const names = await readdir(models).catch(() => []);
  return {
    folder,
    bytes: await sizeOf(folder),
    models: await Promise.all(
      names.sort().map(async (name) => ({ name: modelName(name), bytes: await sizeOf(join(models, name)) })),
    ),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const name of names) {
    // Another process may have removed it.
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}

/** `owner--name+Q8_0` is the hub's `owner/name:Q8_0`; a name of the catalogue has the beginning of a digest behind it. */
function modelName(folder: string): string {
  const listed = folder.replace(/-[\da-f]{12}$/, '');
  return Object.hasOwn(catalogue, listed) ? listed : folder.replace('--', '/').replace('+', ':');
}
