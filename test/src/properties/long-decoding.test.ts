import type { Device } from '@geodesic/backend';
import type { Session } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { describeBackends, tensorCount } from '../describe-backends.js';
import { heldByTensorFlow } from '../tensorflow/describe-node.js';
import { poolOfDevice } from '../webgpu/gpu-of.js';
import { PLAIN_LLAMA, VOCABULARY, withLlama, withSession } from './random-llama.js';

const STEPS = 1000;
const ROW = [1, 2, 3, 4, 5, 6, 7, 8];
const MERGE = { afterLayer: 1, keepStart: 1, keepEnd: 2 };
const LONG = { ...PLAIN_LLAMA, config: { ...PLAIN_LLAMA.config, maxPositionEmbeddings: 1100 } };

/** What must be the same behind every step. */
function heldBetweenSteps(device: Device): object {
  const tensors = tensorCount(device);
  if (device.name === 'node') return { tensors, tensorFlow: heldByTensorFlow(device) };
  if (device.name !== 'webgpu') return { tensors };
  return { tensors, buffers: poolOfDevice(device).inUse.buffers };
}

/**
 * What plans hold besides the keys and values that there are: room for up to 128 tokens more in each cache, and in the buffer of
 * uploads, which grows to powers of two, 16 bytes for each token of both domains.
 */
const { numHiddenLayers, numKeyValueHeads, headDim, maxPositionEmbeddings } = LONG.config;
const ROOM = 2 * numHiddenLayers * 128 * numKeyValueHeads * headDim * 4;
const UPLOADS = 2 * (2 * 16 * maxPositionEmbeddings);

function bytesBesidesCaches(device: Device, session: Session): number {
  return poolOfDevice(device).inUse.bytes - session.kvCacheBytes;
}

await describeBackends(
  '1,000 decoding steps',
  (backend) => {
    it(
      'hold no more tensors and buffers than one, and no more bytes but those of the caches',
      () =>
        withLlama(LONG, backend.device, (model) =>
          withSession(model, { merge: MERGE }, async (session) => {
            const { device } = backend;
            await session.prefill([ROW]);
            await session.decode([[1]]);
            const held = heldBetweenSteps(device);
            const most = device.name === 'webgpu' ? bytesBesidesCaches(device, session) + ROOM + UPLOADS : 0;
            for (let step = 1; step < STEPS; step++) {
              await session.decode([[step % VOCABULARY]]);
              expect(heldBetweenSteps(device)).toEqual(held);
              if (device.name !== 'webgpu') continue;
              expect(bytesBesidesCaches(device, session)).toBeLessThanOrEqual(most);
              expectFewFreeBytes(device, session);
            }
            expect(session.lengths).toEqual([ROW.length + STEPS]);
          }),
        ),
      240_000,
    );
  },
  { exclude: { cpu: 'it holds what wasm holds, and takes half a minute longer' } },
);

/** Bytes that a step of the tiny model takes besides its caches: weights are not among them. */
const TEMPORARY = 64 * 1024;

/** Free buffers are what the last three steps let go of: the caches that they had grown out of, and their other values. */
function expectFewFreeBytes(device: Device, session: Session): void {
  const { bytes } = poolOfDevice(device).free;
  expect(bytes).toBeLessThanOrEqual(3 * (session.kvCacheBytes + TEMPORARY));
}
