import { type Device, probeDevice } from '@geodesic/backend';
import { webgpuBackend } from '@geodesic/backend-webgpu';
import type { LanguageModel } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { sameBits } from '../difference.js';
import { loadTinyModel } from '../models/tiny-models.js';
import { gpuOf } from './gpu-of.js';

const MODEL = 'tiny-mistral';
const PROMPT = [1, 2, 3, 4, 5, 6, 7, 8];
const LOST = { name: 'GeodesicError', code: 'backend.lost' };

/** Logits of a prefill and two steps, in a session of their own. */
async function logitsOf(model: LanguageModel): Promise<readonly Float32Array[]> {
  const session = model.session();
  const steps = [await session.prefill([PROMPT]), await session.decode([[9]]), await session.decode([[10]])];
  session.dispose();
  return steps.map(({ logits }) => logits.data as Float32Array);
}

function expectSame(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(actual.every((logits, i) => sameBits(logits, expected[i] ?? []))).toBe(true);
}

/** Opens a device behind a lost one, which it must not be. */
async function openAnother(lost: Device): Promise<Device> {
  const [device, same] = await Promise.all([webgpuBackend.open(), webgpuBackend.open()]);
  expect(device).not.toBe(lost);
  expect(same).toBe(device);
  return device;
}

it('fails the running steps and all later ones, and gives the same logits when made anew', async () => {
  const device = await webgpuBackend.open();
  const { tf } = device;
  const before = tf.memory().numTensors;
  const model = await loadTinyModel(MODEL, device);
  const expected = await logitsOf(model);
  const sessions = [model.session(), model.session(), model.session()];
  for (const session of sessions) await session.prefill([PROMPT]);
  const [first, second, idle] = sessions;
  const running = Promise.allSettled([first!.decode([[9]]), second!.decode([[9]])]);
  gpuOf(device).destroy();
  for (const outcome of await running) expect(outcome).toMatchObject({ status: 'rejected', reason: LOST });

  await expect(idle!.decode([[9]])).rejects.toMatchObject({
    ...LOST,
    message: expect.stringMatching(
      /^The webgpu device \(.*\) was lost: .*; open the backend and load the model again$/,
    ),
  });
  await expect(first!.prefill([PROMPT])).rejects.toMatchObject(LOST);
  await expect(model.session().prefill([PROMPT])).rejects.toMatchObject(LOST);
  await expect(loadTinyModel(MODEL, device)).rejects.toMatchObject(LOST);
  await expect(probeDevice(device)).rejects.toMatchObject(LOST);
  await expect(device.checkErrors()).rejects.toMatchObject(LOST);

  const another = await openAnother(device);
  await probeDevice(another);
  const modelAnew = await loadTinyModel(MODEL, another);
  expectSame(await logitsOf(modelAnew), expected);
  // What is left of the lost device neither works nor disturbs the one that has taken its name.
  await expect(idle!.decode([[9]])).rejects.toMatchObject(LOST);
  for (const session of sessions) session.dispose();
  model.dispose();
  expectSame(await logitsOf(modelAnew), expected);
  modelAnew.dispose();
  await another.checkErrors();
  expect(tf.memory().numTensors).toBe(before);
});

it('fails a step in the middle of which it is lost, and leaves no tensor behind', async () => {
  const device = await webgpuBackend.open();
  const { tf } = device;
  const before = tf.memory().numTensors;
  const model = await loadTinyModel(MODEL, device);
  const patch = {
    'layers.1.output': ({ data }: { data: Float32Array }) => {
      gpuOf(device).destroy();
      return data;
    },
  };
  const session = model.session({ patch });
  await expect(session.prefill([PROMPT])).rejects.toMatchObject(LOST);
  session.dispose();
  model.dispose();
  await openAnother(device);
  expect(tf.memory().numTensors).toBe(before);
});

it('fails a load during which it is lost, and leaves no tensor behind', async () => {
  const device = await webgpuBackend.open();
  const before = device.tf.memory().numTensors;
  const loading = loadTinyModel(MODEL, device);
  gpuOf(device).destroy();
  await expect(loading).rejects.toMatchObject(LOST);
  expect(device.tf.memory().numTensors).toBe(before);
  await openAnother(device);
});
