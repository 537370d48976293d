import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing. Node's own way to do so never ends where the system knows no such place inside of a
 * folder that is there, as in /proc or in a working folder that was removed.
 *
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const failure = await makeOne(path);
  if (failure === undefined) return;
  const parent = dirname(path);
  if (failure.code !== 'ENOENT' || parent === path) throw failure;
  await makeFolder(parent);
  const lasting = await makeOne(path);
  if (lasting !== undefined) throw lasting;
}

/** @returns why there is no such folder behind it, if so */
async function makeOne(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path);
  } catch (error) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) return error as NodeJS.ErrnoException;
  }
  return undefined;
}
