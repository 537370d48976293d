import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { CACHE_CASES, expectedOf, fitsHalves, stepsOf, withoutPadding } from './cache-cases.js';
import { runCachedAttention } from './run-cached-attention.js';
import { withKernels } from './with-kernels.js';

/** Over the same rounded keys and values: sums of up to some thousand terms in another order, and WGSL's coarser exp. */
const TOLERANCE = 5e-6;

await describeBackends(
  'attention over caches of half floats',
  (backend) => {
    describe.each(['serial', 'parallel'] as const)('%s', (variant) => {
      it.each(CACHE_CASES.map((cacheCase) => [JSON.stringify(cacheCase), cacheCase] as const))(
        '%s',
        async (_, cacheCase) => {
          const device = withKernels(backend.device, variant);
          const bytes = fitsHalves(cacheCase) ? 2 : 4;
          const results = await runCachedAttention(device, cacheCase, 'half', ({ keys, values }, step) => {
            if (cacheCase.opByOp?.includes(step)) return;
            for (const { size, byteLength } of [keys, values]) expect(byteLength).toBe(bytes * size);
          });
          const expected = expectedOf(cacheCase);
          for (const [i, step] of stepsOf(cacheCase).entries()) {
            const actual = withoutPadding(cacheCase, step, results[i]!);
            expect(relativeDifference(actual, expected[i]!), `step ${i}`).toBeLessThanOrEqual(TOLERANCE);
          }
        },
      );
    });
  },
  { only: ['webgpu'] },
);
