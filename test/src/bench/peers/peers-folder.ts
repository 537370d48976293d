import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultCacheDir } from '@geodesic/weights/node';

/** Where scripts/install-bench-peers puts other programs and their models. */
export function peersFolder(): string {
  return join(defaultCacheDir(), 'bench-peers');
}

/**
 * A file or folder of the peers.
 *
 * @throws Error that says what to run, where it is missing
 */
export function peerFile(...path: readonly string[]): string {
  const file = join(peersFolder(), ...path);
  if (!existsSync(file)) throw new Error(`${file} is missing: run scripts/install-bench-peers`);
  return file;
}

/** Imports a package of the peers, which are no dependencies of the project. */
export async function importPeer<T>(name: string, file: string): Promise<T> {
  const path = peerFile('packages', 'node_modules', name, file);
  return (await import(pathToFileURL(path).href)) as T;
}

/** As `importPeer`, for CommonJS. */
export function requirePeer<T>(name: string): T {
  const folder = peerFile('packages');
  peerFile('packages', 'node_modules', name);
  return createRequire(join(folder, 'from-here.js'))(name) as T;
}
