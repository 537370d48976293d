import { readdir, readlink } from 'node:fs/promises';
import { loadModel } from 'geodesic';
import { expect, it } from 'vitest';
import { tinyModelFolder } from './tiny-model-folder.js';

it('loadModel refuses a misspelt backend before it looks for the model', async () => {
  await expect(loadModel('/nowhere', { backend: 'abacus' })).rejects.toMatchObject({
    code: 'backend.unknown',
    message: expect.stringContaining('choose wasm, cpu, webgpu, node, auto'),
  });
});

/** Open files have names in a folder on Linux alone. */
const onLinux = it.runIf(process.platform === 'linux');

onLinux('loadModel leaves no file open when it fails', async () => {
  const model = await tinyModelFolder({ config: (config) => ({ ...config, intermediate_size: 128 }) });
  await expect(loadModel(model, { backend: 'cpu' })).rejects.toMatchObject({ code: 'weights.mismatch' });
  await expect(loadModel(model, { backend: 'cpu', signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  const open = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  expect((await Promise.all(open)).filter((path) => path.startsWith(model))).toEqual([]);
});
