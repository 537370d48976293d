import { cpuBackend } from '@geodesic/backend-cpu';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { runOp } from '../lowering/run-op.js';
import { kernelCases } from './kernel-cases.js';
import { withKernels } from './with-kernels.js';

const cpu = await cpuBackend.open();

await describeBackends(
  'kernels compute what cpu does',
  (backend) => {
    describe.each(['serial', 'parallel'] as const)('%s', (variant) => {
      it.each(Object.keys(kernelCases))(
        '%s',
        async (group) => {
          const device = withKernels(backend.device, variant);
          for (const { title, op, opCase, tolerance } of kernelCases[group]!()) {
            const expected = await runOp(cpu, op, opCase);
            const { shape, data } = await runOp(device, op, opCase);
            expect(shape, title).toEqual(expected.shape);
            expect(data.every(Number.isFinite), title).toBe(true);
            expect(relativeDifference(data, expected.data), title).toBeLessThanOrEqual(tolerance);
          }
        },
        240_000,
      );
    });
  },
  { only: ['webgpu'] },
);
