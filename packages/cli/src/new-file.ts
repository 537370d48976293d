import { constants } from 'node:fs';
import { access, open, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { makeFolder } from '@geodesic/weights/node';

/**
 * Finds out before any work is done that a file could not be written behind it.
 *
 * @throws GeodesicError `cli.output` for a path that is taken, or whose folder is missing or not writable
 */
export async function checkNewFile(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined) throw taken(path);
  await access(dirname(path), constants.W_OK).catch((cause) => {
    throw unwritable(path, cause);
  });
}

/**
 * Writes a file that is not there yet.
 *
 * @throws GeodesicError `cli.output`; half a file, as of a full disk, is taken away
 */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EEXIST' ? taken(path) : unwritable(path, cause);
  });
  try {
    await file.writeFile(bytes).finally(() => file.close());
  } catch (cause) {
    await rm(path, { force: true });
    throw unwritable(path, cause as Error);
  }
}

/**
 * As `checkNewFile`, for a file in a folder that may not be there yet.
 *
 * @throws GeodesicError `cli.output`
 */
export async function checkNewFileIn(folder: string, name: string): Promise<void> {
  const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;
  if (await exists(folder)) return checkNewFile(join(folder, name));
  let parent = dirname(resolve(folder));
  while (!(await exists(parent))) parent = dirname(parent);
  await access(parent, constants.W_OK).catch((cause) => {
    throw unwritable(folder, cause);
  });
}

/**
 * Writes a file that is not there yet, and the folder where that is missing.
 *
 * @throws GeodesicError `cli.output`
 */
export async function writeNewFileIn(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(folder).catch((cause: Error) => {
    throw unwritable(folder, cause);
  });
  await writeNewFile(join(folder, name), bytes);
}

function taken(path: string): GeodesicError {
  return new GeodesicError(
    'cli.output',
    `can't write ${path}: it is there already, and is left as it is; choose another name`,
  );
}

function unwritable(path: string, cause: Error): GeodesicError {
  return new GeodesicError('cli.output', `can't write ${path}: ${cause.message}; choose another folder`, {
    cause,
  });
}
