import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { safetensorsFile } from '../testing/tiny-files.js';
import { openCheckpoint } from './open-checkpoint.js';

/** Names of the files that are open, each as often as it is. */
const open = vi.hoisted((): string[] => []);

vi.mock('./node-file.js', async (original) => {
  const { openNodeFile } = await original<typeof import('./node-file.js')>();
  return {
    async openNodeFile(path: string) {
      const file = await openNodeFile(path);
      open.push(file.name);
      const close = async () => {
        open.splice(open.indexOf(file.name), 1);
        await file.close();
      };
      return { ...file, close };
    },
  };
});

test('a sharded checkpoint that is closed leaves no file open, nor its index where it can not be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-shards-'));
  const shard = safetensorsFile('a.safetensors', { a: { shape: [1], values: Float32Array.of(1) } });
  await writeFile(join(folder, shard.name), await shard.read(0, shard.size));
  const putIndex = (map: object) =>
    writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));

  await putIndex({ a: 'a.safetensors' });
  const checkpoint = await openCheckpoint(folder);
  expect(open).toEqual(['a.safetensors']);
  await checkpoint.close();
  expect(open).toEqual([]);

  await putIndex({ b: 'a.safetensors' });
  await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'weights.shards' });
  expect(open).toEqual([]);
});
