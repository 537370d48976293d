import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';

/**
 * Gives a file other contents by way of a new one beside it, so that it has the old or the new contents whatever happens: a full disk
 * takes nothing away. Behind a symbolic link, it is what the link means that is replaced.
 *
 * @throws GeodesicError `cli.output`; the file is then as it was
 */
export async function replaceFile(path: string, contents: string): Promise<void> {
  try {
    const target = await realpath(path);
    const beside = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
    try {
      await writeDurably(beside, contents, (await stat(target)).mode);
      await rename(beside, target);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GeodesicError('cli.output', `can't write ${path}: ${reason}; it is as it was`, { cause });
  }
}

async function writeDurably(path: string, contents: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(contents);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}
