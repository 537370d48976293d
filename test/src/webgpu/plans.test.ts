import type { Device } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { loadTinyModel, TINY_MODELS } from '../models/tiny-models.js';
import { MERGE, runSteps } from './plan-steps.js';
import { withKernels } from './with-kernels.js';

const cpu = await cpuBackend.open();

/** Of the largest logit; sums in another order. The largest difference seen is 6e-6. */
const TOLERANCE = 2e-5;

async function expectSame(name: string, device: Device, merge: readonly SlerpMergeOptions[]): Promise<void> {
  const [own, reference] = [await loadTinyModel(name, device), await loadTinyModel(name, cpu)];
  const [actual, expected] = [await runSteps(own, { merge }), await runSteps(reference, { merge })];
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
