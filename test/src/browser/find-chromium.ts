import { existsSync } from 'node:fs';

/**
 * The Chromium that browser tests run in: `$CHROMIUM_PATH`, or Debian's.
 *
 * @throws Error when there is none: a missing browser fails the tests, it does not skip them
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const path = env.CHROMIUM_PATH || '/usr/bin/chromium';
  if (!existsSync(path)) {
    throw new Error(
      `There is no Chromium at ${path}; run scripts/install-chromium as root, or set CHROMIUM_PATH to one`,
    );
  }
  return path;
}
