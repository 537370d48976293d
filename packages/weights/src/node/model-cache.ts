import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { makeFolder } from './make-folder.js';

/** Where something is in the cache. */
export interface CachePlace {
  /** The folder that appears at once. */
  readonly folder: string;
  /** What is given out: the folder, or a file in it. */
  readonly path: string;
}

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;
// How a staging folder's name goes on after the host's name.
const processAndUuid = /^(\d+)-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const spaceCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const fileSystemCodes = new Set([
  ...spaceCodes,
  'EACCES',
  'EBUSY',
  'EEXIST',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENFILE',
  'ENOENT',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EROFS',
]);

/**
 * The cache folder: `GEODESIC_CACHE`, else `$XDG_CACHE_HOME/geodesic`, else `~/.cache/geodesic`. `cacheFolder` of @geodesic/backend,
 * scripts/build-tfjs-node and scripts/install-bench-peers have the same rule.
 */
export function defaultCacheDir(): string {
  const { GEODESIC_CACHE, XDG_CACHE_HOME } = process.env;
  return GEODESIC_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'geodesic');
}

/**
 * Makes the folder of a `place` appear at once and whole: `fill` works in a staging folder of this process, which is then
 * renamed. What killed processes left behind is removed, and so is a folder without the place's path. Of two processes
 * that fill the same place, the first one's result stays, and both are told that it is there.
 *
 * @throws GeodesicError `models.cache` when the cache can't be written, also by `fill`
 */
export async function fillCache(
  cacheDir: string,
  place: CachePlace,
  fill: (stagingDir: string) => Promise<void>,
): Promise<void> {
  const stagingRoot = join(cacheDir, 'staging');
  await removeStale(stagingRoot);
  const staging = newStaging(stagingRoot);
  try {
    await makeFolder(staging);
    await fill(staging);
    await makeFolder(dirname(place.folder));
    await putInPlace(staging, place, newStaging(stagingRoot));
  } catch (error) {
    throw cacheError(cacheDir, error);
  } finally {
    await remove(staging);
  }
}

function newStaging(stagingRoot: string): string {
  return join(stagingRoot, `${hostname()}-${process.pid}-${randomUUID()}`);
}

/** Renames `staging` to the place's folder, unless the place is there; a damaged folder there goes by way of `aside`. */
async function putInPlace(staging: string, { folder, path }: CachePlace, aside: string): Promise<void> {
  for (let retry = false; ; retry = true) {
    try {
      return await rename(staging, folder);
    } catch (error) {
      if (await stat(path).catch(() => undefined)) return;
      if (retry) throw error;
    }
    // Where this fails, the second attempt says why, or another process has done it.
    await rename(folder, aside).catch(() => undefined);
    await remove(aside);
  }
}

/** Removes as much as can be: a failure must not hide what went before, and the next process tries again. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

function cacheError(cacheDir: string, error: unknown): unknown {
  const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  // A program that can't be started gives the same codes.
  if (code === undefined || !fileSystemCodes.has(code) || syscall?.startsWith('spawn')) return error;
  const advice = spaceCodes.has(code) ? 'free space' : 'make it a folder that can be written';
  return new GeodesicError(
    'models.cache',
    `can't write the cache ${cacheDir} (${code}): ${advice}, or set GEODESIC_CACHE to another folder`,
    { cause: error },
  );
}

/**
 * Removes staging folders of this machine's processes that run no more, and whatever has not changed for a day. Machines
 * (containers above all) may share the cache and the name, so what changed within the hour is left alone.
 */
async function removeStale(stagingRoot: string): Promise<void> {
  const names = await readdir(stagingRoot).catch(() => []);
  for (const name of names) {
    const path = join(stagingRoot, name);
    const idle = Date.now() - (await lastChange(path));
    if (idle > dayMilliseconds || (idle > hourMilliseconds && isAbandoned(name))) await remove(path);
  }
}

/** When a folder or anything in it changed last: a folder's own time stands still while a file in it grows. */
async function lastChange(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const times = ['', ...names].map(async (name) => {
    const stats = await stat(join(folder, name)).catch(() => undefined);
    return stats?.mtimeMs ?? 0;
  });
  return Math.max(...(await Promise.all(times)));
}

/** Whether a staging folder's name tells of a process of this machine that runs no more. */
function isAbandoned(name: string): boolean {
  const prefix = `${hostname()}-`;
  const pid = name.startsWith(prefix) && processAndUuid.exec(name.slice(prefix.length))?.[1];
  return Boolean(pid) && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
