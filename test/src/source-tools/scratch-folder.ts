import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Ignored by git, and inside the workspace, so that modules in it find its packages. */
const PARENT = join(import.meta.dirname, '../../.cache');

/** A folder for modules that import `geodesic`; whoever makes it removes it. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  mkdirSync(PARENT, { recursive: true });
  const path = mkdtempSync(join(PARENT, 'source-tools-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
