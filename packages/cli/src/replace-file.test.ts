import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { replaceFile } from './replace-file.js';

const failing = vi.hoisted(() => ({ rename: false }));
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  const rename: typeof actual.rename = (from, to) =>
    failing.rename ? Promise.reject(new Error('ENOSPC: no space left on device')) : actual.rename(from, to);
  return { ...actual, rename };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geodesic-replace-'));
});
afterEach(async () => {
  failing.rename = false;
  await rm(folder, { recursive: true });
});

it('replaces what a file holds, by another file with the same rights', async () => {
  const path = join(folder, 'a.ts');
  await writeFile(path, 'old');
  await chmod(path, 0o640);
  const { ino } = await stat(path);
  await replaceFile(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  const after = await stat(path);
  expect(after.mode & 0o777).toBe(0o640);
  expect(after.ino).not.toBe(ino);
  expect(await readdir(folder)).toEqual(['a.ts']);
});

it('replaces what a symbolic link means', async () => {
  await writeFile(join(folder, 'a.ts'), 'old');
  await symlink('a.ts', join(folder, 'link.ts'));
  await replaceFile(join(folder, 'link.ts'), 'new');
  expect(await readFile(join(folder, 'a.ts'), 'utf8')).toBe('new');
  expect((await readdir(folder)).sort()).toEqual(['a.ts', 'link.ts']);
});

it('leaves the file as it was where that fails, and nothing beside it', async () => {
  const path = join(folder, 'a.ts');
  await writeFile(path, 'old');
  failing.rename = true;
  await expect(replaceFile(path, 'new')).rejects.toMatchObject({
    code: 'cli.output',
    message: `can't write ${path}: ENOSPC: no space left on device; it is as it was`,
  });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.ts']);
});
