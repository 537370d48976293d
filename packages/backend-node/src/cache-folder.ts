import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where Geodesic keeps what it builds and downloads: `$GEODESIC_CACHE`, or `geodesic` in `$XDG_CACHE_HOME` or
 * `~/.cache`. scripts/build-tfjs-node has the same rule.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env.GEODESIC_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'geodesic');
}
