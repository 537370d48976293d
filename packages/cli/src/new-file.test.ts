import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeNewFile } from './new-file.js';

const disk = vi.hoisted(() => ({ full: false }));
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  const open: typeof actual.open = async (path, flags) => {
    const file = await actual.open(path, flags);
    const { writeFile } = file;
    if (!disk.full) return file;
    file.writeFile = async (bytes) => {
      await writeFile.call(file, (bytes as Uint8Array).subarray(0, 2));
      throw new Error('ENOSPC: no space left on device');
    };
    return file;
  };
  return { ...actual, open };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geodesic-new-'));
});
afterEach(async () => {
  disk.full = false;
  await rm(folder, { recursive: true });
});

const bytes = new TextEncoder().encode('whole');

it('leaves a file that is there as it is', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'old');
  await expect(writeNewFile(path, bytes)).rejects.toMatchObject({
    code: 'cli.output',
    message: expect.stringContaining('is there already'),
  });
  expect(await readFile(path, 'utf8')).toBe('old');
});

it('leaves no half of a file, so that it can be written again', async () => {
  const path = join(folder, 'a');
  disk.full = true;
  await expect(writeNewFile(path, bytes)).rejects.toMatchObject({
    code: 'cli.output',
    message: `can't write ${path}: ENOSPC: no space left on device; choose another folder`,
  });
  expect(await readdir(folder)).toEqual([]);
  disk.full = false;
  await writeNewFile(path, bytes);
  expect(await readFile(path, 'utf8')).toBe('whole');
});
