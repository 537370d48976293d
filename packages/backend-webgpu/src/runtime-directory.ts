import { nodeBuiltin } from '@geodesic/backend';

/**
 * Sets XDG_RUNTIME_DIR to a private temporary folder where a Linux service or container has none: Mesa's drivers keep
 * their sockets and caches there.
 */
export function ensureRuntimeDirectory(): void {
  const fs = nodeBuiltin('node:fs');
  const os = nodeBuiltin('node:os');
  const path = nodeBuiltin('node:path');
  if (fs === undefined || os === undefined || path === undefined) return;
  if (process.platform !== 'linux' || process.env.XDG_RUNTIME_DIR) return;
  const user = process.getuid?.() ?? 0;
  // One folder a user, not one a process: a process that is killed could not remove its own.
  const shared = path.join(os.tmpdir(), `geodesic-runtime-${user}`);
  try {
    fs.mkdirSync(shared, { mode: 0o700 });
  } catch {
    // It is there already; whose it is, is looked at next.
  }
  const found = fs.lstatSync(shared, { throwIfNoEntry: false });
  const isPrivate = found?.isDirectory() && found.uid === user && (found.mode & 0o077) === 0;
  process.env.XDG_RUNTIME_DIR = isPrivate ? shared : fs.mkdtempSync(`${shared}-`);
}
