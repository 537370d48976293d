import { readdir, readlink } from 'node:fs/promises';
import { loadModel, openBackend, openModel } from 'geodesic';
import { expect, it } from 'vitest';
import { tinyModelFolder } from './tiny-model-folder.js';

it('loadModel refuses a misspelt backend before it looks for the model', async () => {
  await expect(loadModel('/nowhere', { backend: 'abacus' })).rejects.toMatchObject({
    code: 'backend.unknown',
    message: expect.stringContaining('choose wasm, cpu, webgpu, node, auto'),
  });
});

it.each([
  [
    { backend: 'cpu', dtype: 'float32' },
    "loadModel: there is no option 'dtype'; there are backend, weights, cache",
  ],
  [{ backend: 'cpu', tokenizer: {} }, "there is no option 'tokenizer'"],
  [{ weights: 'half' }, "weights must be 'packed' or 'float32', not 'half'"],
  [{ cache: 'packed' }, "cache must be 'half' or 'float32', not 'packed'"],
  ['cpu', "'cpu' is no record of options"],
])('loadModel refuses %o before it looks for the model', async (options, message) => {
  await expect(loadModel('/nowhere', options as object)).rejects.toMatchObject({
    code: 'run.option',
    message: expect.stringContaining(message),
  });
});

it('LanguageModel.load refuses options that there are none of before it reads a weight', async () => {
  const opened = await openModel(await tinyModelFolder());
  const device = await openBackend('cpu');
  await expect(opened.load(device, { storage: 'packed' } as object)).rejects.toMatchObject({
    code: 'run.option',
    message: expect.stringContaining("LanguageModel.load: there is no option 'storage'"),
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
