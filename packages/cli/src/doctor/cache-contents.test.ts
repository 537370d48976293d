import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cacheContents } from './cache-contents.js';

it('counts the bytes of all files, and names models as --model does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = {
    'models/smollm2-135m-instruct-0123456789ab/model.gguf': 1000,
    'models/someone--their-model@v1/weights/model.safetensors': 200,
    'models/someone--their-files+Q4_K_M/model.gguf': 4,
    'tfjs-node/library.so': 30,
  };
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), new Uint8Array(bytes));
  }
  expect(await cacheContents(folder)).toEqual({
    folder,
    bytes: 1234,
    models: [
      { name: 'smollm2-135m-instruct', bytes: 1000 },
      { name: 'someone/their-files:Q4_K_M', bytes: 4 },
      { name: 'someone/their-model@v1', bytes: 200 },
    ],
  });
});
