import type { Patch } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { LanguageModel, Session } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { describeBackends, tensorCount } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { poolOfDevice } from '../webgpu/gpu-of.js';
import {
  CONTEXT,
  PLAIN_LLAMA,
  type RandomLlama,
  VOCABULARY,
  withLlama,
  withSession,
} from './random-llama.js';

const ROW = [1, 2, 3, 4, 5, 6, 7, 8];
const MERGE = { afterLayer: 1, keepStart: 1, keepEnd: 2 };

/** Large enough that a layer of the whole context takes longer than a run computes between two looks at its signal. */
const SLOW_LLAMA: RandomLlama = {
  seed: 2,
  config: {
    ...PLAIN_LLAMA.config,
    maxPositionEmbeddings: 512,
    numHiddenLayers: 12,
    hiddenSize: 64,
    intermediateSize: 192,
  },
};

await describeBackends('the life of a session', (backend) => {
  /** Runs `body` and expects the tensors and buffers of its session, and no others, to be gone when it was disposed. */
  async function leavesNothing(body: (model: LanguageModel) => Promise<Session>): Promise<void> {
    await withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const buffers = () =>
        backend.name === 'webgpu' ? poolOfDevice(backend.device).inUse.buffers : undefined;
      const before = [tensorCount(backend.device), buffers()];
      const session = await body(model);
      session.dispose();
      expect([tensorCount(backend.device), buffers()]).toEqual(before);
    });
  }

  it('holds caches alone between steps, and nothing when disposed, even twice', () =>
    leavesNothing(async (model) => {
      const before = tensorCount(backend.device);
      const session = model.session({ merge: MERGE, logits: 'all', capture: ['layers.1.merged'] });
      expect(tensorCount(backend.device)).toBe(before);
      await session.prefill([ROW]);
      const held = tensorCount(backend.device);
      // Keys and values of each layer; a plan's are in buffers that are no tensors.
      const caches = backend.name === 'webgpu' ? 0 : 2 * PLAIN_LLAMA.config.numHiddenLayers;
      expect(held - before).toBe(caches);
      for (const id of [1, 2, 3]) await session.decode([[id]]);
      expect(tensorCount(backend.device)).toBe(held);
      await session.prefill([ROW, ROW]);
      expect(tensorCount(backend.device)).toBe(held);
      session.dispose();
      return session;
    }));

  it('counts the bytes of its caches: n entries up to the merge, k behind it', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withSession(model, { merge: MERGE }, async (session) => {
        await session.prefill([ROW]);
        await session.decode([[1]]);
        const { numKeyValueHeads, headDim } = PLAIN_LLAMA.config;
        // Layers 0 and 1 have 8 + 1 entries; 1, two pairs and 1, 2 kept are 6 slots, and 1 more for layers 2 and 3.
        expect(session.slots).toEqual([7]);
        expect(session.lengths).toEqual([9]);
        expect(session.kvCacheBytes).toBe((2 * 9 + 2 * 7) * 2 * numKeyValueHeads * headDim * 4);
        session.reset();
        expect([session.kvCacheBytes, session.slots, session.lengths]).toEqual([0, [], []]);
      }),
    ));

  it("two sessions of one model, merged and not, don't disturb each other", () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const alone = await withSession(model, {}, async (session) => {
        await session.prefill([ROW]);
        return session.decode([[9]]);
      });
      await withSession(model, {}, (base) =>
        withSession(model, { merge: MERGE }, async (merged) => {
          await Promise.all([base.prefill([ROW]), merged.prefill([[...ROW].reverse()])]);
          const [step] = await Promise.all([base.decode([[9]]), merged.decode([[2]])]);
          expect(sameBits(step.logits.data, alone.logits.data)).toBe(true);
        }),
      );
    }));

  it('refuses to work after it was disposed', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const session = model.session();
      await session.prefill([ROW]);
      session.dispose();
      await expect(session.prefill([ROW])).rejects.toMatchObject({
        name: 'GeodesicError',
        code: 'run.disposed',
      });
      await expect(session.decode([[1]])).rejects.toMatchObject({ name: 'GeodesicError' });
    }));

  it('an error thrown by a patch comes through, leaves no tensor behind and the session usable', () =>
    leavesNothing(async (model) => {
      let fails = true;
      const session = model.session({
        patch: {
          'layers.2.output': ({ data }) => {
            if (fails) throw new RangeError('the patch failed');
            return data;
          },
        },
      });
      const before = tensorCount(backend.device);
      await expect(session.prefill([ROW])).rejects.toThrow('the patch failed');
      expect(tensorCount(backend.device)).toBe(before);
      fails = false;
      const { logits } = await session.prefill([ROW]);
      const expected = await withSession(model, {}, (plain) => plain.prefill([ROW]));
      expect(sameBits(logits.data, expected.logits.data)).toBe(true);
      return session;
    }));

  it('an error in a decoding step leaves the caches as they were', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      let fails = false;
      const patch = {
        'layers.2.output': ({ data }: { data: Float32Array }) => {
          if (fails) throw new RangeError('the patch failed');
          return data;
        },
      };
      await withSession(model, { patch }, async (session) => {
        await session.prefill([ROW]);
        const { numTensors } = backend.device.tf.memory();
        fails = true;
        await expect(session.decode([[9]])).rejects.toThrow('the patch failed');
        expect(backend.device.tf.memory().numTensors).toBe(numTensors);
        fails = false;
        const again = await session.decode([[9]]);
        const expected = await withSession(model, {}, async (plain) => {
          await plain.prefill([ROW]);
          return plain.decode([[9]]);
        });
        expect(sameBits(again.logits.data, expected.logits.data)).toBe(true);
      });
    }));

  it('a patch that gives the wrong number of values is refused', () =>
    leavesNothing(async (model) => {
      const session = model.session({ patch: { 'layers.2.output': () => new Float32Array(3) } });
      await expect(session.prefill([ROW])).rejects.toMatchObject({
        code: 'run.patch',
        message: expect.stringMatching(/^the patch of 'layers\.2\.output' gave 3 numbers instead of 128$/),
      });
      return session;
    }));

  it('an abort in the middle of a prefill ends it there, and leaves no tensor behind', () =>
    leavesNothing(async (model) => {
      const abort = new AbortController();
      const reached: string[] = [];
      const watch =
        (name: string): Patch =>
        ({ data }) => {
          reached.push(name);
          abort.abort();
          return data;
        };
      const names = ['layers.0.output', 'layers.1.output', 'layers.3.output'];
      const session = model.session({ patch: Object.fromEntries(names.map((name) => [name, watch(name)])) });
      const before = tensorCount(backend.device);
      await expect(session.prefill([ROW], { signal: abort.signal })).rejects.toMatchObject({
        code: 'run.aborted',
      });
      expect(reached).toEqual(['layers.0.output']);
      expect(tensorCount(backend.device)).toBe(before);
      return session;
    }));

  it('a prefill that fails leaves what the session had seen', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withSession(model, {}, async (session) => {
        const expected = await withSession(model, {}, async (other) => {
          await other.prefill([ROW]);
          return other.decode([[9]]);
        });
        await session.prefill([ROW]);
        await expect(session.prefill([[VOCABULARY]])).rejects.toMatchObject({ code: 'run.token' });
        await expect(session.prefill([[1]], { signal: AbortSignal.abort() })).rejects.toMatchObject({
          code: 'run.aborted',
        });
        expect(session.lengths).toEqual([ROW.length]);
        const { logits } = await session.decode([[9]]);
        expect(sameBits(logits.data, expected.logits.data)).toBe(true);
      }),
    ));

  it('one step at a time: another is refused while one runs, and does not harm it', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withSession(model, {}, async (session) => {
        const expected = await withSession(model, {}, (other) => other.prefill([ROW]));
        const running = session.prefill([ROW]);
        await expect(session.prefill([[1]])).rejects.toMatchObject({ code: 'run.busy' });
        expect(sameBits((await running).logits.data, expected.logits.data)).toBe(true);
      }),
    ));

  it('disposed in the middle of a step, it frees its caches when the step ends', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const before = tensorCount(backend.device);
      const session: Session = model.session({
        patch: {
          'layers.1.output': ({ data }) => {
            session.dispose();
            return data;
          },
        },
      });
      await session.prefill([ROW]).catch(() => undefined);
      expect(tensorCount(backend.device)).toBe(before);
      await expect(session.prefill([ROW])).rejects.toMatchObject({ code: 'run.disposed' });
    }));

  it('a signal that was aborted before is heeded at once', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withSession(model, {}, async (session) => {
        const signal = AbortSignal.abort();
        await expect(session.prefill([ROW], { signal })).rejects.toMatchObject({ code: 'run.aborted' });
        await session.prefill([ROW]);
        await expect(session.decode([[1]], { signal })).rejects.toMatchObject({ code: 'run.aborted' });
        // The step did not happen.
        expect(session.lengths).toEqual([ROW.length]);
      }),
    ));

  it.each([
    ['no rows', [], 'run.empty'],
    ['an empty row', [[1, 2], []], 'run.empty'],
    ['an id past the vocabulary', [[1, VOCABULARY]], 'run.token'],
    ['a negative id', [[-1]], 'run.token'],
    ['an id that is no whole number', [[1.5]], 'run.token'],
    ['a row longer than the context', [new Array<number>(CONTEXT + 1).fill(1)], 'run.context'],
  ] as const)('%s is refused, and the session stays usable', async (_, rows, code) => {
    await withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withSession(model, {}, async (session) => {
        await expect(session.prefill(rows)).rejects.toMatchObject({ name: 'GeodesicError', code });
        await expect(session.prefill([ROW])).resolves.toBeDefined();
      }),
    );
  });

  it('decoding before a prefill, with another number of rows, or past the context is refused', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withSession(model, {}, async (session) => {
        await expect(session.decode([[1]])).rejects.toMatchObject({ code: 'run.input' });
        await session.prefill([new Array<number>(CONTEXT - 1).fill(1)]);
        await expect(session.decode([[1], [2]])).rejects.toMatchObject({ code: 'run.input' });
        await expect(session.decode([[1, 2]])).rejects.toMatchObject({ code: 'run.context' });
        await session.decode([[1]]);
        await expect(session.decode([[1]])).rejects.toMatchObject({ code: 'run.context' });
      }),
    ));

  it('a layer out of range, and a name that no value has, are refused', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      expect(() => model.session({ merge: { afterLayer: 4 } })).toThrow(/afterLayer 4 is out of range/);
      expect(() => model.session({ capture: ['layers.9.output'] })).toThrow(/no value 'layers\.9\.output'/);
      expect(() => model.session({ patch: { nothing: ({ data }) => data } })).toThrow(/no value 'nothing'/);
    }));
});

// The turns that a run gives to others belong to the executor, the same on every backend; cpu is slow enough to see them.
it('a long prefill on cpu lets a timer abort it long before its end', async () => {
  const device = await cpuBackend.open();
  const before = tensorCount(device);
  await withLlama(SLOW_LLAMA, device, async (model) => {
    let ended = false;
    const lastLayer: Patch = ({ data }) => {
      ended = true;
      return data;
    };
    await withSession(model, { patch: { 'layers.11.output': lastLayer } }, async (session) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 1);
      const row = new SeededNumbers(3).integers(512, VOCABULARY);
      await expect(session.prefill([row], { signal: abort.signal })).rejects.toMatchObject({
        code: 'run.aborted',
      });
      expect(ended).toBe(false);
    });
  });
  expect(tensorCount(device)).toBe(before);
});
