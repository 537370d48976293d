import type { Device } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { FUSED_TOLERANCE, type FusedCase, floatCases, fusedResults, packedCases } from './fused-cases.js';
import { PACKED_TYPES } from './quantised-matrix.js';
import { withKernels } from './with-kernels.js';

const cpu = await cpuBackend.open();

async function expectSame(device: Device, fused: FusedCase): Promise<void> {
  const [actual, expected] = [await fusedResults(device, fused), await fusedResults(cpu, fused)];
  expect(actual).toHaveLength(expected.length);
  for (const [i, data] of actual.entries()) {
    expect(relativeDifference(data, expected[i]!), `result ${i}`).toBeLessThanOrEqual(FUSED_TOLERANCE);
  }
}

/** Rows in a decoding step, around blocks of rows, and from where on a rasteriser unpacks. */
const ROWS = [1, 2, 3, 7, 17];

await describeBackends(
  'fused products compute what cpu does op by op',
  (backend) => {
    describe.each(['serial', 'parallel'] as const)('%s', (variant) => {
      it.each([
        [1, 1, 1],
        [33, 20, 7],
        [64, 68, 24],
        [576, 130, 12],
      ] as const)(
        'float32, %i inputs, %i and %i outputs',
        async (...sizes) => {
          const device = withKernels(backend.device, variant);
          for (const fused of floatCases(sizes, ROWS)) await expectSame(device, fused);
        },
        120_000,
      );

      it.each(PACKED_TYPES)(
        '%s',
        async (dtype) => {
          const device = withKernels(backend.device, variant);
          for (const fused of packedCases(dtype, ROWS)) await expectSame(device, fused);
        },
        120_000,
      );
    });
  },
  { only: ['webgpu'] },
);
