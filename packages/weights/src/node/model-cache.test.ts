import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type CachePlace, fillCache } from './model-cache.js';

let cacheDir = '';
let place: CachePlace;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'geodesic-cache-'));
  const folder = join(cacheDir, 'models', 'm');
  place = { folder, path: join(folder, 'm.gguf') };
});

const fillWith = (text: string) => (staging: string) => writeFile(join(staging, 'm.gguf'), text);

test('a folder whose file was deleted is filled anew', async () => {
  await mkdir(place.folder, { recursive: true });
  await writeFile(join(place.folder, 'notes'), 'left over');
  await fillCache(cacheDir, place, fillWith('whole'));
  expect(await readFile(place.path, 'utf8')).toBe('whole');
  expect(await readdir(place.folder)).toEqual(['m.gguf']);
  expect(await readdir(join(cacheDir, 'staging'))).toEqual([]);
});

test('what another process put there first stays', async () => {
  await fillCache(cacheDir, place, async (staging) => {
    await fillWith('second')(staging);
    await fillCache(cacheDir, place, fillWith('first'));
  });
  expect(await readFile(place.path, 'utf8')).toBe('first');
});

test('a failure is told as it is, also when there is nothing to clean up', async () => {
  const failure = new Error('no');
  const fail = async (staging: string) => {
    await rm(staging, { recursive: true });
    throw failure;
  };
  await expect(fillCache(cacheDir, place, fail)).rejects.toBe(failure);
});

test("a program that can't be started is not taken for an unusable cache", async () => {
  const failure = Object.assign(new Error('spawn pip EACCES'), { code: 'EACCES', syscall: 'spawn pip' });
  await expect(fillCache(cacheDir, place, () => Promise.reject(failure))).rejects.toBe(failure);
});

test('a folder that can not be put in place is named with the cache', async () => {
  await writeFile(join(cacheDir, 'models'), 'a file');
  await expect(fillCache(cacheDir, place, fillWith('x'))).rejects.toMatchObject({
    code: 'models.cache',
    message: expect.stringContaining(`can't write the cache ${cacheDir} (E`),
  });
});
