import { join } from 'node:path';
import { cpuBackend } from '@geodesic/backend-cpu';
import { LanguageModel, resolveSource } from '@geodesic/runtime';
import { readModelSource } from '@geodesic/weights/node';
import { expect, it } from 'vitest';
import { tensorCount } from '../describe-backends.js';
import { GOLDENS } from '../read-golden.js';

it('loading ends before the next weight when it is aborted, and frees what was loaded', async () => {
  const device = await cpuBackend.open();
  const source = await readModelSource(join(GOLDENS, 'tiny-mistral'));
  const before = tensorCount(device);
  const abort = new AbortController();
  const seen: number[] = [];
  const onProgress = ({ loaded }: { loaded: number }) => {
    seen.push(loaded);
    if (loaded === 3) abort.abort();
  };
  const loading = LanguageModel.load(await resolveSource(source), source.checkpoint, device, {
    onProgress,
    signal: abort.signal,
  });
  await expect(loading).rejects.toMatchObject({ code: 'run.aborted' });
  expect(seen).toEqual([1, 2, 3]);
  expect(tensorCount(device)).toBe(before);
  await source.checkpoint.close();
});
