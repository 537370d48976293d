import { INTERPOLATIONS } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { relativeDifference } from '../difference.js';
import type { OpCase } from '../lowering/op-case.js';
import { runOp } from '../lowering/run-op.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { describeNode } from './describe-node.js';
import { runOneOpGraph } from './one-op-graph.js';

/** Pairs of states of all magnitudes, parallel, opposite and neither, and slots of one member or none. */
function extremes(): OpCase<'mergeStatistics'> {
  const source = new SeededNumbers(7);
  const direction = source.normals(8);
  const states: Float32Array[] = [0, 1e-38, 1e-30, 1, -1, 1e30, -1e30].map((scale) =>
    direction.map((value) => value * scale),
  );
  states.push(...[1e-30, 1, 1e30].map((scale) => source.normals(8, scale)), new Float32Array(8).fill(1e38));
  const pairs = states.flatMap((_, left) => states.map((_, right) => [left, right, 1]));
  const plan = [...pairs, [3, -1, 0], [-1, 4, 1], [-1, -1, 0]];
  return {
    operands: [
      {
        shape: [1, states.length, 8],
        data: Float32Array.from(states.flatMap((state) => [...state])),
        domains: { 1: 'tokens' },
      },
      { shape: [1, plan.length, 3], data: Int32Array.from(plan.flat()), domains: { 1: 'tokens/2@0' } },
    ],
    attributes: {},
  };
}

await describeNode('merging in a TensorFlow graph', (backend) => {
  it.each(INTERPOLATIONS)('%s gives finite numbers, those of the ops one by one', async (interpolation) => {
    const opCase = { ...extremes(), attributes: { interpolation } };
    const [{ data }, expected] = [
      await runOneOpGraph(backend.device, 'tokenMerge', opCase),
      await runOp(backend.device, 'tokenMerge', opCase),
    ];
    expect([...data].every(Number.isFinite)).toBe(true);
    for (let slot = 0; slot < data.length; slot += 8) {
      const [merged, other] = [data, expected.data].map((all) => all.subarray(slot, slot + 8));
      expect(relativeDifference(merged ?? [], other ?? [])).toBeLessThanOrEqual(1e-6);
    }
  });

  it('statistics are numbers, those of the ops one by one', async () => {
    const [{ data }, expected] = [
      await runOneOpGraph(backend.device, 'mergeStatistics', extremes()),
      await runOp(backend.device, 'mergeStatistics', extremes()),
    ];
    expect([...data].some(Number.isNaN)).toBe(false);
    expect([...data]).toEqual([...expected.data]);
  });
});
