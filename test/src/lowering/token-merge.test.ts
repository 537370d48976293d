import type { Device } from '@geodesic/backend';
import type { Interpolation } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference, relativeDifference } from '../difference.js';
import { readGolden, rowOf, tensorOf } from '../read-golden.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { runOp } from './run-op.js';

interface InterpolationManifest {
  readonly pairs: readonly { readonly row: number; readonly name: string; readonly onlyFinite: boolean }[];
}

const golden = await readGolden<InterpolationManifest>('interpolation/interpolation');
const INTERPOLATIONS = ['slerp', 'mean', 'norm-preserving', 'drop', 'reference'] as const;

/** Merges two states at a time: the states of a pair stand side by side in one row. */
async function mergePair(
  device: Device,
  a: Float32Array,
  b: Float32Array,
  interpolation: Interpolation,
): Promise<Float32Array> {
  const { data } = await merge(device, [a, b], [[0, 1, 1]], interpolation);
  return data;
}

/** Runs tokenMerge on one row of states. */
function merge(
  device: Device,
  states: readonly Float32Array[],
  plan: readonly (readonly number[])[],
  interpolation: Interpolation,
  op: 'tokenMerge' | 'mergeStatistics' = 'tokenMerge',
): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const features = states[0]!.length;
  const operands = [
    {
      shape: [1, states.length, features],
      data: Float32Array.from(states.flatMap((state) => [...state])),
      domains: { 1: 'tokens' },
    },
    { shape: [1, plan.length, 3], data: Int32Array.from(plan.flat()), domains: { 1: 'tokens/2@0' } },
  ];
  return op === 'tokenMerge'
    ? runOp(device, op, { operands, attributes: { interpolation } })
    : runOp(device, op, { operands, attributes: {} });
}

await describeBackends('tokenMerge', (backend) => {
  describe.each(['slerp', 'mean', 'norm-preserving', 'drop'] as const)('%s', (interpolation) => {
    it.each(golden.manifest.pairs)(
      'merges the pair "$name" as the oracle does',
      async ({ row, onlyFinite }) => {
        const [a, b] = [rowOf(tensorOf(golden, 'a'), row), rowOf(tensorOf(golden, 'b'), row)];
        const merged = await mergePair(backend.device, a, b, interpolation);
        if (onlyFinite) {
          expect([...merged].every(Number.isFinite)).toBe(true);
          return;
        }
        // Near opposite directions slerp divides by √(1 + cos), which magnifies the rounding of the cosine to 3e-5 (cos -0.999).
        const expected = rowOf(tensorOf(golden, `out/${interpolation}`), row);
        expect(relativeDifference(merged, expected, 1)).toBeLessThanOrEqual(1e-4);
      },
    );
  });

  it("merges a stack of pairs as the article's code does", async () => {
    const [a, b, t, out] = ['a', 'b', 't', 'out'].map((name) => tensorOf(golden, `reference/${name}`));
    const rows = [...t!.data.keys()];
    const states = rows.flatMap((row) => [rowOf(a!, row), rowOf(b!, row)]);
    const plan = rows.map((row) => [2 * row, 2 * row + 1, 1]);
    const { data } = await merge(backend.device, states, plan, 'reference');
    // Every pair counts in the norms of the stacks, but only those at t = ½ are merged by tokenMerge.
    const halves = rows.filter((row) => t!.data[row] === 0.5);
    expect(halves).toHaveLength(3);
    for (const row of halves) {
      expect(
        relativeDifference(rowOf({ shape: out!.shape, data }, row), rowOf(out!, row), 1),
      ).toBeLessThanOrEqual(1e-6);
    }
  });

  it.each(INTERPOLATIONS)('%s is finite whatever the magnitudes', async (interpolation) => {
    const source = new SeededNumbers(7);
    const direction = source.normals(8);
    const scaled = (scale: number) => direction.map((value) => value * scale);
    const states: Float32Array[] = [0, 1e-38, 1e-30, 1, -1, 1e30, -1e30].map(scaled);
    states.push(...[1e-30, 1, 1e30].map((scale) => source.normals(8, scale)), new Float32Array(8).fill(1e38));
    const pairs = states.flatMap((_, left) => states.map((_, right) => [left, right, 1] as const));
    for (const [left, right] of pairs) {
      const merged = await mergePair(backend.device, states[left]!, states[right]!, interpolation);
      expect([...merged].every(Number.isFinite), `${states[left]} and ${states[right]}`).toBe(true);
    }
    // All at once too: `reference` sees the norms of the whole stack.
    const { data } = await merge(backend.device, states, pairs, interpolation);
    expect([...data].every(Number.isFinite)).toBe(true);
    const statistics = await merge(backend.device, states, pairs, interpolation, 'mergeStatistics');
    expect([...statistics.data].some(Number.isNaN)).toBe(false);
  });

  it.each(INTERPOLATIONS)(
    '%s keeps single tokens exactly, whichever member they are',
    async (interpolation) => {
      const states = [...new Array(5).keys()].map((i) => new SeededNumbers(i).normals(9));
      const plan = [
        [-1, -1, 0],
        [0, -1, 0],
        [-1, 1, 1],
        [2, -1, 1],
        [-1, 3, 1],
        [4, -1, 0],
      ];
      const { shape, data } = await merge(backend.device, states, plan, interpolation);
      expect(shape).toEqual([1, 6, 9]);
      const expected = [new Float32Array(9), ...states].flatMap((state) => [...state]);
      expect(largestDifference(data, expected)).toBe(0);
    },
  );
});
