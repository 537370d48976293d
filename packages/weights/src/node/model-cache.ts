import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** The cache folder: `GEODESIC_CACHE`, else `$XDG_CACHE_HOME/geodesic`, else `~/.cache/geodesic`. */
export function defaultCacheDir(): string {
  const { GEODESIC_CACHE, XDG_CACHE_HOME } = process.env;
  return GEODESIC_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'geodesic');
}

/**
 * Makes the folder `target` appear at once and whole: `fill` works in a staging folder of this process, which is then
 * renamed. What killed processes left behind is removed. Of two processes that fill the same target, the first one's
 * result stays, and both are told that it is there.
 */
export async function fillCache(
  cacheDir: string,
  target: string,
  fill: (stagingDir: string) => Promise<void>,
): Promise<void> {
  const stagingRoot = join(cacheDir, 'staging');
  await removeStale(stagingRoot);
  const staging = join(stagingRoot, `${hostname()}-${process.pid}-${randomUUID()}`);
  try {
    await mkdir(staging, { recursive: true });
    await fill(staging);
    await mkdir(dirname(target), { recursive: true });
    await rename(staging, target).catch(async (error) => {
      if (!(await stat(target).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Removes staging folders of this machine's processes that run no more. */
async function removeStale(stagingRoot: string): Promise<void> {
  const names = await readdir(stagingRoot).catch(() => []);
  const prefix = `${hostname()}-`;
  for (const name of names) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (pid > 0 && !isRunning(pid)) await rm(join(stagingRoot, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
