import type { DeviceOp } from '@geodesic/backend';
import { describe, expect, it } from 'vitest';
import { relativeDifference } from '../difference.js';
import { type OpCase, type OpSuite, termMagnitudeOf } from '../lowering/op-case.js';
import { opSuites } from '../lowering/op-suites.js';
import { describeNode } from './describe-node.js';
import { runOneOpGraph } from './one-op-graph.js';

/** As for every op in a TensorFlow graph. */
const TOLERANCE = 5e-6;

const waves = (shape: readonly number[], step: number) => ({
  shape,
  data: Float32Array.from(
    { length: shape.reduce((product, size) => product * size, 1) },
    (_, i) => 3 * Math.sin(i * step + 1),
  ),
});

/** Cosines and signed sines of one token, whose features turn with the one four further, or with their neighbour. */
function turns(interleaved: boolean): OpCase<'rope'>['operands'] {
  const frequency = (i: number) => (interleaved ? i >> 1 : i % 4);
  const isFirst = (i: number) => (interleaved ? i % 2 === 0 : i < 4);
  const table = (value: (i: number) => number) => ({
    shape: [1, 1, 1, 8],
    data: Float32Array.from({ length: 8 }, (_, i) => value(i)),
  });
  const angle = (i: number) => 1.7 * (frequency(i) + 1);
  return [table((i) => Math.cos(angle(i))), table((i) => (isFirst(i) ? -1 : 1) * Math.sin(angle(i)))];
}

await describeNode('what takes a shorter way for a single token', (backend) => {
  async function check<K extends DeviceOp>(op: K, opCase: OpCase<K>) {
    const suite = opSuites[op] as unknown as OpSuite<K>;
    const expected = suite.reference(opCase.operands, opCase.attributes).map(Math.fround);
    const { data, shape } = await runOneOpGraph(backend.device, op, opCase);
    expect(shape).toEqual(opCase.operands[0]?.shape);
    const magnitude = termMagnitudeOf(suite, opCase);
    expect(relativeDifference(data, expected, magnitude)).toBeLessThanOrEqual(TOLERANCE);
  }

  describe('computes what plain loops in float64 do', () => {
    it.each([false, true])('turning its heads (neighbours together: %s)', (interleaved) =>
      check('rope', {
        operands: [waves([1, 1, 5, 8], 0.7), ...turns(interleaved)],
        attributes: { interleaved },
      }),
    );

    it.each([
      ['its features', [1, 1, 576]],
      ['the features of its only head', [1, 1, 1, 64]],
    ])('norming %s', (_, shape) =>
      check('rmsNorm', {
        operands: [waves(shape, 0.7), waves([shape.at(-1) as number], 1.3)],
        attributes: { eps: 1e-5 },
      }),
    );

    it('attending to all tokens with as many heads as the keys have', () =>
      check('attention', {
        operands: [
          waves([1, 1, 3, 8], 0.7),
          waves([1, 9, 3, 8], 0.9),
          waves([1, 9, 3, 8], 1.1),
          waves([1, 1, 1, 9], 2),
        ],
        attributes: { scale: 0.3, softcap: null },
      }));
  });
});
