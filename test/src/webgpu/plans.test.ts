import type { Device } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel, Session, StepResult } from '@geodesic/runtime';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { loadTinyModel, TINY_MODELS } from '../models/tiny-models.js';
import { withKernels } from './with-kernels.js';

const cpu = await cpuBackend.open();

/** Of the largest logit; sums in another order. The largest difference seen is 6e-6. */
const TOLERANCE = 2e-5;

const MERGE = { afterLayer: 1, keepStart: 2, keepEnd: 3 };

/** Two rows of different lengths: padding, one token and several, more tokens than any window; steps of the same shape in a row. */
const STEPS: readonly ((session: Session) => Promise<StepResult>)[] = [
  (session) => session.prefill([Array.from({ length: 18 }, (_, i) => i + 3), [1, 2, 3]]),
  (session) => session.decode([[1], [2]]),
  (session) => session.decode([[7], [8]]),
  (session) => session.decode([[1, 4], [2]]),
  (session) => session.decode([[5], [6]]),
  (session) => session.prefill([Array.from({ length: 18 }, (_, i) => 40 - i), [4, 5]]),
  (session) => session.decode([[9], [3]]),
];

/** Logits of the slots that are no padding. */
function logitsOf({ logits: { data, shape }, targets }: StepResult): number[] {
  const vocabulary = shape[2] as number;
  return Array.from(targets.data).flatMap((target, slot) =>
    target < 0 ? [] : [...data.subarray(slot * vocabulary, (slot + 1) * vocabulary)],
  );
}

async function run(model: LanguageModel, merge: readonly SlerpMergeOptions[]): Promise<number[][]> {
  const session = model.session({ logits: 'all', merge });
  const results: number[][] = [];
  for (const step of STEPS) results.push(logitsOf(await step(session)));
  session.dispose();
  return results;
}

async function expectSame(name: string, device: Device, merge: readonly SlerpMergeOptions[]): Promise<void> {
  const [own, reference] = [await loadTinyModel(name, device), await loadTinyModel(name, cpu)];
  const [actual, expected] = [await run(own, merge), await run(reference, merge)];
  for (const [i, logits] of actual.entries()) {
    expect(relativeDifference(logits, expected[i] as number[]), `step ${i}`).toBeLessThanOrEqual(TOLERANCE);
  }
  own.dispose();
  reference.dispose();
}

await describeBackends(
  'plans compute what cpu does',
  (backend) => {
    describe.each(['serial', 'parallel'] as const)('%s', (variant) => {
      it.each(TINY_MODELS)(
        '%s',
        async (name) => {
          const device = withKernels(backend.device, variant);
          await expectSame(name, device, []);
          await expectSame(name, device, [MERGE]);
        },
        120_000,
      );
    });
  },
  { only: ['webgpu'] },
);
