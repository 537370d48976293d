import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureRuntimeDirectory } from './runtime-directory.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'geodesic-test-'));
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('XDG_RUNTIME_DIR', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe.runIf(process.platform === 'linux')('ensureRuntimeDirectory', () => {
  it('takes one private folder for all processes of a user', () => {
    ensureRuntimeDirectory();
    const first = process.env.XDG_RUNTIME_DIR ?? '';
    expect(first.startsWith(folder)).toBe(true);
    expect(statSync(first).mode & 0o777).toBe(0o700);
    process.env.XDG_RUNTIME_DIR = '';
    ensureRuntimeDirectory();
    expect(process.env.XDG_RUNTIME_DIR).toBe(first);
  });

  it('avoids a folder that others may write into', () => {
    ensureRuntimeDirectory();
    const first = process.env.XDG_RUNTIME_DIR ?? '';
    chmodSync(first, 0o777);
    process.env.XDG_RUNTIME_DIR = '';
    ensureRuntimeDirectory();
    expect(process.env.XDG_RUNTIME_DIR).not.toBe(first);
  });

  it('leaves the one that the system gave', () => {
    process.env.XDG_RUNTIME_DIR = '/run/user/1';
    ensureRuntimeDirectory();
    expect(process.env.XDG_RUNTIME_DIR).toBe('/run/user/1');
  });
});
