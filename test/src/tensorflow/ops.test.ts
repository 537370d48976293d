import type { DeviceOp } from '@geodesic/backend';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { relativeDifference } from '../difference.js';
import { type OpSuite, termMagnitudeOf } from '../lowering/op-case.js';
import { opSuites } from '../lowering/op-suites.js';
import { describeNode } from './describe-node.js';
import { runOneOpGraph } from './one-op-graph.js';

/** As for the ops that run one by one. */
const TOLERANCE = 5e-6;

await describeNode('every op in a TensorFlow graph computes what plain loops in float64 do', (backend) => {
  it.each(Object.keys(opSuites) as DeviceOp[])('%s', async (op) => {
    const suite = opSuites[op] as OpSuite<DeviceOp>;
    await fc.assert(
      fc.asyncProperty(suite.cases, async (opCase) => {
        const expected = suite.reference(opCase.operands, opCase.attributes).map(Math.fround);
        const { data } = await runOneOpGraph(backend.device, op, opCase);
        expect(relativeDifference(data, expected, termMagnitudeOf(suite, opCase))).toBeLessThanOrEqual(
          TOLERANCE,
        );
      }),
      { numRuns: 20 },
    );
  });
});
