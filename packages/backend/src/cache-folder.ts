import { nodeBuiltin } from './node-builtin.js';

/**
 * Where Geodesic keeps what it builds, downloads and measures: `$GEODESIC_CACHE`, or `geodesic` in `$XDG_CACHE_HOME` or
 * `~/.cache`; undefined in a browser. `defaultCacheDir` of @geodesic/weights, scripts/build-tfjs-node and
 * scripts/install-bench-peers have the same rule.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const [os, path] = [nodeBuiltin('node:os'), nodeBuiltin('node:path')];
  if (os === undefined || path === undefined) return undefined;
  return env.GEODESIC_CACHE || path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'geodesic');
}
