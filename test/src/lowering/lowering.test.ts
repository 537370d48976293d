import type { DeviceOp } from '@geodesic/backend';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { type OpSuite, termMagnitudeOf } from './op-case.js';
import { opSuites } from './op-suites.js';
import { runOp } from './run-op.js';

/**
 * Difference from a computation in float64, as a share of the largest magnitude. Over 200 cases an op it stayed below
 * 1.3e-6, but for webgpu's exp, which WGSL allows to be coarser: 2.7e-6.
 */
const TOLERANCE = 5e-6;

await describeBackends('every op computes what plain loops in float64 do', (backend) => {
  it.each(Object.keys(opSuites) as DeviceOp[])('%s', async (op) => {
    const suite = opSuites[op] as OpSuite<DeviceOp>;
    await fc.assert(
      fc.asyncProperty(suite.cases, async (opCase) => {
        const expected = suite.reference(opCase.operands, opCase.attributes).map(Math.fround);
        const { data } = await runOp(backend.device, op, opCase);
        expect(relativeDifference(data, expected, termMagnitudeOf(suite, opCase))).toBeLessThanOrEqual(
          TOLERANCE,
        );
      }),
      { numRuns: 20 },
    );
  });
});
