import { randomParameters, type Session } from '@geodesic/runtime';
import { afterEach, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { loadTinyModel } from '../models/tiny-models.js';
import {
  buildLlama,
  LAYERS,
  PLAIN_LLAMA,
  VOCABULARY,
  withLlama,
  withSession,
} from '../properties/random-llama.js';
import { windowedLlama } from '../windowed-llama.js';
import { gpuOf, poolOfDevice } from './gpu-of.js';

const ROW = Array.from({ length: 40 }, (_, i) => i);
/** Bytes of keys or values of a token of one layer. */
const TOKEN_BYTES = PLAIN_LLAMA.config.numKeyValueHeads * PLAIN_LLAMA.config.headDim * 4;

/** A cache has room for 128 tokens, then for 256: the step behind this row fills it, and the one behind that makes it grow. */
const FULL_ROW = Array.from({ length: 127 }, (_, i) => i % VOCABULARY);
const LONG_LLAMA = { ...PLAIN_LLAMA, config: { ...PLAIN_LLAMA.config, maxPositionEmbeddings: 512 } };

await describeBackends(
  'device memory',
  (backend) => {
    let restore = () => {};
    afterEach(() => restore());

    /** Lowers the limits until the test ends, or they are lifted. */
    function limit(limits: { bufferBytes?: number; totalBytes?: number }): void {
      const pool = poolOfDevice(backend.device);
      const before = pool.limits;
      restore = () => {
        pool.limits = before;
      };
      pool.limits = { ...before, ...limits };
    }

    /** Steps without work let go of what the ones before left free, so that all that is asked for must be made. */
    async function emptyPool(): Promise<void> {
      for (let step = 0; step < 4; step++) await backend.device.checkErrors();
      expect(poolOfDevice(backend.device).free.buffers).toBe(0);
    }

    async function decoded(session: Session): Promise<Float32Array> {
      return (await session.decode([[9]])).logits.data as Float32Array;
    }

    function logitsAlone(): Promise<Float32Array> {
      return withLlama(PLAIN_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (session) => {
          await session.prefill([ROW]);
          return decoded(session);
        }),
      );
    }

    /** The logits of the step that makes the caches grow, when nothing keeps them from it. */
    function logitsBehindFullCache(): Promise<Float32Array> {
      return withLlama(LONG_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (session) => {
          await session.prefill([FULL_ROW]);
          await decoded(session);
          return decoded(session);
        }),
      );
    }

    it('a weight that no buffer can hold is named, with its bytes and the limit', async () => {
      await emptyPool();
      const { vocabSize, hiddenSize } = PLAIN_LLAMA.config;
      const bytes = vocabSize * hiddenSize * 4;
      limit({ bufferBytes: bytes - 4 });
      const held = poolOfDevice(backend.device).inUse;
      expect(() => buildLlama(PLAIN_LLAMA, backend.device)).toThrow(
        expect.objectContaining({
          code: 'backend.memory',
          message: expect.stringContaining(
            `'embed.weight' (${bytes} bytes; one buffer may have ${bytes - 4})`,
          ),
        }),
      );
      expect(poolOfDevice(backend.device).inUse).toEqual(held);
    });

    it('a load that ends half way leaves nothing on the device', async () => {
      await emptyPool();
      const { bytes } = poolOfDevice(backend.device).inUse;
      limit({ totalBytes: bytes + 8000 });
      const noRoom = {
        code: 'backend.memory',
        message: expect.stringMatching(/'[\w.]+\.weight' \(\d+ bytes; /),
      };
      await expect(loadTinyModel('tiny-mistral', backend.device)).rejects.toMatchObject(noRoom);
      expect(() => randomParameters(windowedLlama(PLAIN_LLAMA.config), backend.device)).toThrow(
        expect.objectContaining(noRoom),
      );
      await backend.device.checkErrors();
      expect(poolOfDevice(backend.device).inUse.bytes).toBe(bytes);
    });

    it('a cache that can grow no more is named, and the session goes on when there is room', async () => {
      const expected = await logitsBehindFullCache();
      await withLlama(LONG_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (session) => {
          await session.prefill([FULL_ROW]);
          await decoded(session);
          const { numTensors } = backend.device.tf.memory();
          await emptyPool();
          limit({ bufferBytes: 128 * TOKEN_BYTES });
          await expect(decoded(session)).rejects.toMatchObject({
            code: 'backend.memory',
            message: expect.stringMatching(
              new RegExp(`'cache\\.layers\\.0\\.attention\\.keys' \\(${256 * TOKEN_BYTES} bytes; one buffer`),
            ),
          });
          expect(session.lengths).toEqual([FULL_ROW.length + 1]);
          expect(backend.device.tf.memory().numTensors).toBe(numTensors);
          restore();
          expect(sameBits(await decoded(session), expected)).toBe(true);
        }),
      );
    });

    it('caches grow a layer at a time', async () => {
      await withLlama(LONG_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (session) => {
          await session.prefill([FULL_ROW]);
          await decoded(session);
          await emptyPool();
          const pool = poolOfDevice(backend.device);
          const before = pool.inUse.bytes;
          let most = 0;
          const { acquireBuffer } = pool;
          restore = () => {
            pool.acquireBuffer = acquireBuffer;
          };
          pool.acquireBuffer = function (...args) {
            const buffer = acquireBuffer.apply(this, args);
            most = Math.max(most, this.inUse.bytes);
            return buffer;
          };
          await decoded(session);
          const room = 2 * 128 * TOKEN_BYTES;
          expect(pool.inUse.bytes).toBeGreaterThanOrEqual(before + LAYERS * room);
          // Besides what they grow by, one layer's old memories; half a layer is for what the step itself takes.
          expect(most).toBeLessThan(before + (LAYERS + 1.5) * room);
        }),
      );
    });

    it('a step that needs more than there is in all names what there was no room for', async () => {
      const expected = await logitsAlone();
      await withLlama(PLAIN_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (session) => {
          const { bytes } = poolOfDevice(backend.device).inUse;
          const totalBytes = bytes + 20_000;
          limit({ totalBytes });
          const { numTensors } = backend.device.tf.memory();
          await expect(session.prefill([ROW])).rejects.toMatchObject({
            code: 'backend.memory',
            message: expect.stringMatching(
              new RegExp(
                `'cache\\.layers\\.\\d\\.[\\w.#]+' \\(\\d+ bytes; \\d+ of the ${totalBytes} bytes in all are in use\\)`,
              ),
            ),
          });
          expect(backend.device.tf.memory().numTensors).toBe(numTensors);
          expect(poolOfDevice(backend.device).inUse.bytes).toBe(bytes);
          restore();
          await session.prefill([ROW]);
          expect(sameBits(await decoded(session), expected)).toBe(true);
        }),
      );
    });

    it('a buffer that the device refuses later fails the step by name, and is not used again', async () => {
      const expected = await logitsBehindFullCache();
      await withLlama(LONG_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (session) => {
          await session.prefill([FULL_ROW]);
          await decoded(session);
          const bytes = 256 * TOKEN_BYTES;
          await emptyPool();
          restore = refuseBuffersOf(bytes, gpuOf(backend.device));
          await expect(decoded(session)).rejects.toMatchObject({
            code: 'backend.memory',
            message: expect.stringMatching(
              new RegExp(`'cache\\.layers\\.0\\.attention\\.keys' \\(${bytes} bytes; `),
            ),
          });
          restore();
          expect(sameBits(await decoded(session), expected)).toBe(true);
        }),
      );
    });
  },
  { only: ['webgpu'] },
);

/** Makes the device give invalid buffers of a size, and say so later, as one without memory does. Gives back what undoes it. */
function refuseBuffersOf(bytes: number, gpu: GPUDevice): () => void {
  const { maxBufferSize } = gpu.limits;
  const { createBuffer, pushErrorScope } = gpu;
  gpu.createBuffer = function (descriptor) {
    const size = descriptor.size === bytes ? maxBufferSize + 1 : descriptor.size;
    return createBuffer.call(this, { ...descriptor, size });
  };
  // What is invalid for its size alone is a validation error.
  gpu.pushErrorScope = function (filter) {
    return pushErrorScope.call(this, filter === 'out-of-memory' ? 'validation' : filter);
  };
  return () => Object.assign(gpu, { createBuffer, pushErrorScope });
}
