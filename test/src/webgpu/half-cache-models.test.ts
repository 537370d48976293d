import type { Patch } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { LanguageModel, type Session } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { isMixture, loadTinyModel, TINY_MODELS } from '../models/tiny-models.js';
import { roundToHalf } from '../round-to-half.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { MERGE, runSteps } from './plan-steps.js';

/** Of the largest logit: where a sum in another order rounds a number to the next half float, that is 2^-11 of the number. */
const TOLERANCE = 1e-3;
/** What rounding keys and values costs random weights, which magnify it layer by layer. */
const COST = 5e-3;

const cpu = await cpuBackend.open();

/** Mixtures of experts run op by op. */
const PLANNED_MODELS = TINY_MODELS.filter((name) => !isMixture(name));
/** Its prefill runs op by op, and leaves its keys and values to plans. */
const REFERENCE_MERGE = { ...MERGE, interpolation: 'reference' } as const;

/** Rounds all keys and values as they are made. */
function rounding({ config }: LanguageModel): Record<string, Patch> {
  const names = Array.from({ length: config.numHiddenLayers }, (_, i) => `layers.${i}.attention`);
  const round: Patch = ({ data }) => data.map(roundToHalf);
  return Object.fromEntries(
    names.flatMap((name) => [`${name}.keys`, `${name}.values`].map((one) => [one, round])),
  );
}

function expectNear(actual: readonly number[][], expected: readonly number[][], tolerance: number): void {
  for (const [i, logits] of actual.entries()) {
    expect(relativeDifference(logits, expected[i]!), `step ${i}`).toBeLessThanOrEqual(tolerance);
  }
}

const MODEL = 'tiny-mistral';
const ROWS = [5, 33, 18].map((length) => new SeededNumbers(length).integers(length, 96));
const NEXT = [[7], [8], [9, 10, 11], [12]];

async function stepped(session: Session, row: readonly number[]): Promise<number[]> {
  const logits = [...(await session.prefill([row])).logits.data];
  for (const tokens of NEXT) logits.push(...(await session.decode([tokens])).logits.data);
  return logits;
}

await describeBackends(
  'models whose keys and values are half floats',
  (backend) => {
    it.each(PLANNED_MODELS)('%s computes what cpu does with rounded keys and values', async (name) => {
      const model = await loadTinyModel(name, backend.device, 'half');
      const reference = await loadTinyModel(name, cpu);
      for (const merge of [[], [MERGE]]) {
        const actual = await runSteps(model, { merge });
        expectNear(actual, await runSteps(reference, { merge, patch: rounding(reference) }), TOLERANCE);
        expectNear(actual, await runSteps(reference, { merge }), COST);
      }
      for (const one of [model, reference]) one.dispose();
    });

    it('go on behind a prefill that ran op by op', async () => {
      const [model, reference] = [
        await loadTinyModel(MODEL, backend.device, 'half'),
        await loadTinyModel(MODEL, cpu),
      ];
      const options = { merge: REFERENCE_MERGE };
      expectNear(await runSteps(model, options), await runSteps(reference, options), COST);
      for (const one of [model, reference]) one.dispose();
    });

    it('compute in steps what a full pass does, and report half the bytes', async () => {
      const model = await loadTinyModel(MODEL, backend.device, 'half');
      const whole = await loadTinyModel(MODEL, backend.device);
      const [half, float32] = [model, whole].map((one) => one.session({ logits: 'all' })) as [
        Session,
        Session,
      ];
      for (const row of ROWS) {
        const steps = await stepped(half, row);
        expect(half.kvCacheBytes).toBeGreaterThan(0);
        const { kvCacheBytes } = half;
        const full = await half.prefill([[...row, ...NEXT.flat()]]);
        expect(relativeDifference(steps, full.logits.data)).toBeLessThanOrEqual(TOLERANCE);
        await float32.prefill([[...row, ...NEXT.flat()]]);
        expect(2 * kvCacheBytes).toBe(float32.kvCacheBytes);
      }
      for (const one of [half, float32, model, whole]) one.dispose();
    });

    it('compute rows of a batch as each alone', async () => {
      const model = await loadTinyModel(MODEL, backend.device, 'half');
      const [batch, alone] = [model.session(), model.session()];
      const steps = [(await batch.prefill(ROWS)).logits, (await batch.decode(ROWS.map(() => [7]))).logits];
      for (const [i, row] of ROWS.entries()) {
        const single = [(await alone.prefill([row])).logits, (await alone.decode([[7]])).logits];
        for (const [step, { data, shape }] of steps.entries()) {
          const own = data.subarray(i * shape[1]!, (i + 1) * shape[1]!);
          expect(relativeDifference(own, single[step]!.data)).toBeLessThanOrEqual(TOLERANCE);
        }
      }
      for (const one of [batch, alone, model]) one.dispose();
    });

    it('are those that are asked for, or that have packed weights', async () => {
      const model = await loadTinyModel(MODEL, backend.device);
      expect(model.cache).toBe('float32');
      model.dispose();
      const { definition, config, parameters } = model;
      const parts = { definition, config, parameters, device: cpu };
      expect(() => new LanguageModel({ ...parts, cache: 'half' })).toThrow(
        expect.objectContaining({ code: 'cache.half', message: expect.stringContaining('the cpu backend') }),
      );
    });
  },
  { only: ['webgpu'] },
);
