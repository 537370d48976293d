import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSpecFile, type SpecFile } from './spec-file.js';

const FOLDER = fileURLToPath(new URL('../../specs/', import.meta.url));

/** The specs that come with the package, by name. */
export async function shippedSpecs(): Promise<SpecFile[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.yaml')).sort();
  return Promise.all(files.map((file) => readSpecFile(join(FOLDER, file))));
}

/**
 * A spec by the name of a shipped one, or by the path of a file.
 *
 * @throws GeodesicError `experiment.spec`
 */
export async function openSpec(nameOrPath: string): Promise<SpecFile> {
  const shipped = await readdir(FOLDER);
  const isShipped = shipped.some((file) => basename(file, '.yaml') === nameOrPath);
  return readSpecFile(isShipped ? join(FOLDER, `${nameOrPath}.yaml`) : nameOrPath);
}
