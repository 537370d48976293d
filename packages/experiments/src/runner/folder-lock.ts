import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { makeFolder } from '@geodesic/weights/node';

/** A folder that one run works in. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes an output folder, which it makes where there is none. The lock is a file with the host and the process of its owner; one whose
 * process has ended, as behind a kill, is taken over.
 *
 * @throws GeodesicError `experiment.locked` naming the process that works in the folder, `experiment.output` where it can't be
 *   written
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await makeFolder(folder).catch((cause: Error) => {
    throw unwritable(folder, cause);
  });
  const path = join(folder, 'lock');
  if (!(await create(path))) await takeOver(folder, path);
  return { release: () => rm(path, { force: true }) };
}

/** @returns false where the lock is taken */
async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, owner(process.pid), { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, cause as Error);
  }
}

/** One run at a time may look at a lock that was left behind, or two could both find it so and take it over. */
async function takeOver(folder: string, path: string): Promise<void> {
  const turn = join(folder, 'lock.turn');
  await mkdir(turn).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw unwritable(turn, cause);
    throw new GeodesicError(
      'experiment.locked',
      `another run is just starting in ${folder}: wait for it, or remove ${turn} if there is none`,
    );
  });
  try {
    const found = await readFile(path, 'utf8').catch(() => '');
    if (mayLive(found)) throw locked(folder, path, found);
    await rm(path, { force: true });
    if (!(await create(path))) throw locked(folder, path, 'unknown');
  } finally {
    await rmdir(turn);
  }
}

function owner(pid: number): string {
  return `${hostname()} ${pid}\n`;
}

/** Whether a file's content is that of a lock. */
export function isLock(content: string): boolean {
  return /^\S+ \d+\n$/.test(content);
}

/** A process of another host can't be asked. */
function mayLive(found: string): boolean {
  const [host, pid] = found.trim().split(' ');
  if (host !== hostname()) return host !== '';
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function locked(folder: string, path: string, found: string): GeodesicError {
  return new GeodesicError(
    'experiment.locked',
    `another run works in ${folder} (host and process: ${found.trim()}): choose another --out, or remove ${path} if it is gone`,
  );
}

function unwritable(path: string, cause: Error): GeodesicError {
  return new GeodesicError(
    'experiment.output',
    `can't write ${path}: ${cause.message}; choose another --out`,
    {
      cause,
    },
  );
}
