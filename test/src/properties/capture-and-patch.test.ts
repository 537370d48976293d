import type { Patch } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel, SessionOptions, StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference, sameBits } from '../difference.js';
import { LAYERS, PLAIN_LLAMA, randomLlama, tokens, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

const MERGE: SlerpMergeOptions = { afterLayer: 1, keepStart: 1, keepEnd: 2 };

/** Activations of every kind; those of layers behind the merge are of slots. */
const NAMES = [
  'embed.output',
  ...[...new Array(LAYERS).keys()].map((i) => `layers.${i}.output`),
  'layers.0.attention.queries',
  'layers.2.attention.context',
  'layers.1.merged',
];

const SEEN = [1, 2, 3, 4, 5, 6, 7, 8];

/** Logits of a prompt in which every token sees every other. */
async function seeingAll(model: LanguageModel): Promise<ArrayLike<number>> {
  const nodes = await withSession(model, { merge: MERGE }, async ({ program }) => program.prefill.nodes);
  const masks = nodes.filter(({ op }) => op === 'attentionMask');
  const zeros: Patch = ({ data }) => new Float32Array(data.length);
  const patch = Object.fromEntries(masks.map(({ name }) => [name, zeros]));
  return withSession(model, { merge: MERGE, logits: 'all', patch }, async (session) => {
    const { logits } = await session.prefill([SEEN]);
    return logits.data;
  });
}

function run(
  model: LanguageModel,
  row: readonly number[],
  options: SessionOptions,
): Promise<readonly StepResult[]> {
  return withSession(model, { merge: MERGE, logits: 'all', ...options }, async (session) => [
    await session.prefill([row]),
    await session.decode([[3, 4]]),
  ]);
}

await describeBackends('capture and patch', (backend) => {
  it('reading values, and replacing them by themselves, changes no bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomLlama,
        tokens(1, 16),
        fc.subarray(NAMES, { minLength: 1 }),
        (random, row, names) =>
          withLlama(random, backend.device, async (model) => {
            const identity: Patch = ({ data }) => data.slice();
            const plain = await run(model, row, {});
            const captured = await run(model, row, { capture: names });
            const patched = await run(model, row, {
              patch: Object.fromEntries(names.map((patchedName) => [patchedName, identity])),
            });
            plain.forEach(({ logits }, step) => {
              expect(sameBits(captured[step]?.logits.data ?? [], logits.data)).toBe(true);
              expect(sameBits(patched[step]?.logits.data ?? [], logits.data)).toBe(true);
              expect([...(captured[step]?.captured.keys() ?? [])]).toEqual(names);
            });
          }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });

  it('masks that are replaced count as they are, also where tokens see those behind them', async () => {
    const cpu = await cpuBackend.open();
    const [expected, actual] = [
      await withLlama(PLAIN_LLAMA, cpu, seeingAll),
      await withLlama(PLAIN_LLAMA, backend.device, seeingAll),
    ];
    expect(relativeDifference(actual, expected)).toBeLessThanOrEqual(1e-4);
    const causal = await withLlama(PLAIN_LLAMA, cpu, (model) => run(model, SEEN, {}));
    expect(relativeDifference(causal[0]?.logits.data ?? [], expected)).toBeGreaterThan(0.01);
  });

  it('patching the states of one prompt into another gives the logits of the first', async () => {
    // All that follows a layer, or the merge, comes from its states and the streams, which are the same for both.
    const seam = fc.constantFrom(
      'embed.output',
      'layers.0.output',
      'layers.1.output',
      'layers.1.merged',
      'layers.2.output',
    );
    const pair = fc.integer({ min: 1, max: 16 }).chain((n) => fc.tuple(tokens(n, n), tokens(n, n)));
    await fc.assert(
      fc.asyncProperty(randomLlama, pair, seam, (random, [from, into], patchedName) =>
        withLlama(random, backend.device, async (model) => {
          const [source] = await run(model, from, { capture: [patchedName] });
          const states = source?.captured.get(patchedName)?.data as Float32Array;
          await withSession(
            model,
            { merge: MERGE, logits: 'all', patch: { [patchedName]: () => states } },
            async (session) => {
              const { logits } = await session.prefill([into]);
              expect(sameBits(logits.data, source?.logits.data ?? [])).toBe(true);
            },
          );
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });

  it('a patched value is what later layers, and captures of it, see', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const zeros: Patch = ({ data }) => new Float32Array(data.length);
      const row = [1, 2, 3, 4, 5, 6, 7, 8];
      const [step] = await run(model, row, { patch: { 'layers.1.output': zeros }, capture: NAMES });
      const isZero = (values: ArrayLike<number> = []) => Array.from(values).every((value) => value === 0);
      // Without biases, layers map zeros to zeros.
      for (const zero of ['layers.1.output', 'layers.1.merged', 'layers.2.output', 'layers.3.output'])
        expect(isZero(step?.captured.get(zero)?.data), zero).toBe(true);
      expect(isZero(step?.logits.data)).toBe(true);
      expect(isZero(step?.captured.get('layers.0.output')?.data)).toBe(false);
      expect(step?.captured.get('layers.1.merged')?.shape).toEqual([1, 6, 16]);
    }));

  it('a patch sees the value with its shape, and may answer later', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const shapes: (readonly number[])[] = [];
      const patch: Patch = async ({ shape, data }) => {
        shapes.push(shape);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return data.map((value) => value + 1);
      };
      const row = [1, 2, 3, 4, 5, 6, 7, 8];
      const [plain] = await run(model, row, { capture: ['layers.1.merged'] });
      const [patched] = await run(model, row, {
        capture: ['layers.1.merged'],
        patch: { 'layers.1.merged': patch },
      });
      expect(shapes).toEqual([
        [1, 6, 16],
        [1, 2, 16],
      ]);
      const before = plain?.captured.get('layers.1.merged')?.data as Float32Array;
      expect(
        sameBits(
          patched?.captured.get('layers.1.merged')?.data ?? [],
          before.map((value) => value + 1),
        ),
      ).toBe(true);
      expect(sameBits(patched?.logits.data ?? [], plain?.logits.data ?? [])).toBe(false);
    }));

  it('a patch may change its argument in place, and changes no other value with it', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      // In decoding both names stand for the same numbers, and a backend may keep them in the same memory.
      const names = ['layers.1.output', 'layers.1.merged'];
      const row = [1, 2, 3, 4, 5, 6, 7, 8];
      const [, plain] = await run(model, row, { capture: names });
      const [, patched] = await run(model, row, {
        capture: names,
        patch: { 'layers.1.merged': ({ data }) => data.fill(0) },
      });
      const output = patched?.captured.get('layers.1.output')?.data ?? [];
      expect(sameBits(output, plain?.captured.get('layers.1.output')?.data ?? [])).toBe(true);
      expect(
        Array.from(patched?.captured.get('layers.1.merged')?.data ?? []).every((value) => value === 0),
      ).toBe(true);
    }));

  it('a patch of a stream, which lives on the host, takes effect', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const row = [1, 2, 3, 4];
      const stretch: Patch = ({ data }) => data.map((position) => 2 * position);
      const [patched] = await run(model, row, { merge: [], patch: { 'tokens.positionIds': stretch } });
      const [plain] = await run(model, row, { merge: [] });
      expect(sameBits(patched?.logits.data ?? [], plain?.logits.data ?? [])).toBe(false);
    }));

  it('a patch of a value that is not float32 is refused', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const patch: Patch = ({ data }) => data;
      await expect(run(model, [1, 2], { patch: { 'tokens.ids': patch } })).rejects.toMatchObject({
        code: 'run.patch',
      });
    }));
});
