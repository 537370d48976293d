import type { Device, Weight } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { wasmBackend } from '@geodesic/backend-wasm';
import { GeodesicError, type Graph, type Pass, slerpMerge } from '@geodesic/compiler';
import { LanguageModel, type SessionOptions } from '@geodesic/runtime';
import { describe, expect, it } from 'vitest';
import { sameBits } from '../difference.js';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { buildLlama, PLAIN_LLAMA, withLlama, withSession } from './random-llama.js';

const ROW = [1, 2, 3, 4, 5, 6, 7, 8];
const MERGE = { afterLayer: 1, keepStart: 1, keepEnd: 2 };

const withoutLogits: Pass = {
  name: 'withoutLogits',
  run: (graph) => ({ ...graph, outputs: new Map([...graph.outputs].filter(([name]) => name !== 'logits')) }),
};

/** What a user without types, or in a hurry, does to a session; where one backend tells, the others would. */
describe.each([cpuBackend, wasmBackend])('on $name', (backend) => {
  it('hands out copies, which may be written to', async () => {
    const capture = ['tokens.sizes', 'tokens/2@1.sizes', 'layers.2.attention.keys'];
    await withLlama(PLAIN_LLAMA, await backend.open(), async (model) => {
      const logits = async (spoil: boolean) =>
        withSession(model, { merge: MERGE, capture }, async (session) => {
          const { captured } = await session.prefill([ROW]);
          expect(captured.size).toBe(capture.length);
          if (spoil) for (const { data } of captured.values()) data.fill(0);
          return (await session.decode([[9]])).logits.data;
        });
      expect(sameBits(await logits(true), await logits(false))).toBe(true);
    });
  });

  it('takes a copy of what a patch gives', async () => {
    await withLlama(PLAIN_LLAMA, await backend.open(), async (model) => {
      const decoded = async (reuse: boolean) => {
        let buffer: Float32Array | undefined;
        const patch = {
          'layers.0.attention.keys': ({ data }: { data: Float32Array }) => {
            if (reuse) buffer?.fill(7);
            buffer = data.slice();
            return buffer;
          },
        };
        return withSession(model, { patch }, async (session) => {
          await session.prefill([ROW]);
          return (await session.decode([[9]])).logits.data;
        });
      };
      expect(sameBits(await decoded(true), await decoded(false))).toBe(true);
    });
  });

  it('keeps its caches when the device reports an error, so that the step can be tried again', async () => {
    const device = await backend.open();
    let failing = false;
    const faulty: Device = {
      ...device,
      checkErrors: async () => {
        if (failing) throw new GeodesicError('backend.device-error', 'reported by the test');
      },
    };
    await withLlama(PLAIN_LLAMA, faulty, async (model) =>
      withSession(model, { merge: MERGE }, async (session) => {
        await session.prefill([ROW]);
        const tensors = device.tf.memory().numTensors;
        failing = true;
        await expect(session.decode([[9]])).rejects.toThrow('reported by the test');
        failing = false;
        expect(session.lengths).toEqual([8]);
        expect(device.tf.memory().numTensors).toBe(tensors);
        await session.decode([[9]]);
        expect(session.lengths).toEqual([9]);
      }),
    );
  });

  it('does one thing at a time', async () => {
    await withLlama(PLAIN_LLAMA, await backend.open(), async (model) =>
      withSession(model, {}, async (session) => {
        // All at once: by the time the first is awaited it may be through.
        const running = session.prefill([ROW]);
        const second = session.prefill([ROW]);
        expect(() => session.reset()).toThrow(expect.objectContaining({ code: 'run.busy' }));
        await expect(second).rejects.toMatchObject({ code: 'run.busy' });
        await running;
        expect(session.lengths).toEqual([8]);
      }),
    );
  });

  it.each([undefined, null, 5, 'abc', new Set([[1]]), new Array(2), [null], [[1], 'a']])(
    'refuses %o for rows',
    async (rows) => {
      await withLlama(PLAIN_LLAMA, await backend.open(), async (model) =>
        withSession(model, {}, async (session) => {
          await session.prefill([ROW, ROW]);
          const bad = rows as unknown as number[][];
          const refusal = {
            name: 'GeodesicError',
            code: expect.stringMatching(/^run\.(token|input|empty)$/),
          };
          await expect(session.prefill(bad)).rejects.toMatchObject(refusal);
          await expect(session.decode(bad)).rejects.toMatchObject(refusal);
          expect(session.lengths).toEqual([8, 8]);
        }),
      );
    },
  );

  it.each([new AbortController(), {}, 5])(
    'refuses %o for a signal, by which nothing would abort',
    async (bad) => {
      await withLlama(PLAIN_LLAMA, await backend.open(), async (model) =>
        withSession(model, {}, async (session) => {
          const signal = bad as unknown as AbortSignal;
          await expect(session.prefill([ROW], { signal })).rejects.toMatchObject({ code: 'run.option' });
          expect(session.lengths).toEqual([]);
        }),
      );
    },
  );

  it('refuses weights that are not those of the model', async () => {
    const device = await backend.open();
    await withLlama(PLAIN_LLAMA, device, async (model) => {
      const narrow = device.tf.ones([8]);
      const { definition, config } = model;
      const withWeights = (parameters: Iterable<[string, Weight]>) =>
        new LanguageModel({ definition, config, device, parameters: new Map(parameters) });
      expect(() => withWeights([...model.parameters, ['norm.weight', narrow]]).session()).toThrow(
        "'norm.weight' has shape [8] instead of [16]",
      );
      const others = [...model.parameters].filter(([name]) => name !== 'norm.weight');
      expect(() => withWeights(others).session()).toThrow("'norm.weight' is missing");
      narrow.dispose();
    });
  });

  it('refuses a config that is not of the model', async () => {
    const device = await backend.open();
    await withLlama(PLAIN_LLAMA, device, async (model) => {
      const withConfig = (change: object) =>
        new LanguageModel({ ...model, device, config: { ...model.config, ...change } });
      for (const change of [
        { vocabSize: undefined },
        { vocabSize: 0.5 },
        { maxPositionEmbeddings: undefined },
        { maxPositionEmbeddings: Number.NaN },
      ])
        expect(() => withConfig(change)).toThrow(expect.objectContaining({ code: 'run.option' }));
      // The model has vectors for 50 tokens; a device may read those of others from behind the table.
      expect(() => withConfig({ vocabSize: 51 }).session()).toThrow("'embed.weight' has vectors for 50");
      withConfig({ maxPositionEmbeddings: Number.POSITIVE_INFINITY }).session().dispose();
      const record = Object.fromEntries(model.parameters) as never;
      expect(() => new LanguageModel({ ...model, device, parameters: record })).toThrow('must be a Map');
    });
  });

  it('refuses probes that can tell nothing, and keeps nothing of them on the device', async () => {
    const device = await backend.open();
    const probe = { weights: new Float32Array(16), bias: 0, threshold: 6 };
    await withLlama(
      PLAIN_LLAMA,
      device,
      async (model) => {
        const merge = { ...MERGE, protect: ['surprising'] as const };
        const open = (one: object, probes = new Map([[1, { ...probe, ...one }]])) =>
          new LanguageModel({ ...model, surprise: probes }).session({ merge });
        const tensors = device.tf.memory().numTensors;
        open({}).dispose();
        expect(() => open({ weights: new Float32Array(8) })).toThrow('has shape [8,1] instead of [16,1]');
        for (const bad of [{ bias: Number.NaN }, { bias: undefined }, { weights: [Number.NaN] }])
          expect(() => open(bad)).toThrow(expect.objectContaining({ code: 'merge.option' }));
        const record = { 1: probe } as unknown as Map<number, typeof probe>;
        expect(() => open({}, record)).toThrow(expect.objectContaining({ code: 'run.option' }));
        expect(device.tf.memory().numTensors).toBe(tensors);
      },
      letterTokenizer(),
    );
  });

  it('says what was disposed while a step ran', async () => {
    const model = buildLlama(PLAIN_LLAMA, await backend.open());
    const session = model.session();
    const running = session.prefill([ROW]);
    model.dispose();
    await expect(running).rejects.toMatchObject({ code: 'run.disposed' });
    session.dispose();
  });

  it('says what was disposed', async () => {
    await withLlama(PLAIN_LLAMA, await backend.open(), async (model) => {
      const session = model.session();
      session.dispose();
      await expect(session.decode([[1]])).rejects.toMatchObject({ code: 'run.disposed' });
      const orphan = model.session();
      model.dispose();
      await expect(orphan.prefill([ROW])).rejects.toMatchObject({ code: 'run.disposed' });
    });
  });

  it.each([
    [{ logits: 'none' }, 'run.option'],
    [{ capture: 'layers.0.output' }, 'run.option'],
    [{ patch: { 'layers.0.output': 1 } }, 'run.option'],
    [{ capture: [5] }, 'run.option'],
    [{ patch: null }, 'run.option'],
    [{ patch: new Map() }, 'run.option'],
    [{ passes: null }, 'run.option'],
    [{ passes: [slerpMerge] }, 'compile.pass'],
    [{ passes: [{ name: 'none', run: () => null }] }, 'compile.pass'],
    [{ passes: [{ name: 'later', run: async (graph: Graph) => graph }] }, 'compile.pass'],
    [{ passes: [withoutLogits] }, 'compile.pass'],
    [{ passes: [slerpMerge({ ...MERGE, stream: 'exact' })] }, 'run.option'],
    [{ passes: [slerpMerge({ ...MERGE, protect: ['digits'] })] }, 'run.option'],
    [{ merges: MERGE }, 'run.option'],
    ['merge', 'run.option'],
    [null, 'run.option'],
    [{ merge: { afterLayer: 1, keepend: 0 } }, 'merge.option'],
    [{ merge: [null] }, 'merge.option'],
  ])('refuses the options %j', async (options, code) => {
    await withLlama(PLAIN_LLAMA, await backend.open(), async (model) => {
      expect(() => model.session(options as unknown as SessionOptions)).toThrow(
        expect.objectContaining({ code }),
      );
    });
  });
});
