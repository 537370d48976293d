import { MERGE_GROUPS, type SlerpMergeOptions } from '@geodesic/compiler';
import type { MergeTrace, StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference, sameBits } from '../difference.js';
import {
  LAYERS,
  PLAIN_LLAMA,
  randomLlama,
  tokens,
  VOCABULARY,
  withLlama,
  withSession,
} from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

/** Logits have a standard deviation of about 1; the tolerance of padded batches. */
const TOLERANCE = 1e-4;

const options = fc.record({
  afterLayer: fc.nat({ max: LAYERS - 1 }),
  group: fc.constantFrom(...MERGE_GROUPS),
  keepStart: fc.nat({ max: 3 }),
  keepEnd: fc.nat({ max: 3 }),
  ratio: fc.constantFrom(0.25, 0.5, 0.8),
  threshold: fc.constantFrom(-1, 0),
});

/** Extents of the groups of one row that are to be merged, from the states before the merge, by float64 loops. */
function expectedGroups(
  states: readonly (readonly number[])[],
  {
    group,
    keepStart,
    keepEnd,
    ratio,
    threshold,
  }: Required<Pick<SlerpMergeOptions, 'group' | 'keepStart' | 'keepEnd' | 'ratio' | 'threshold'>>,
): { readonly groups: number[][]; readonly margin: number } {
  const end = states.length - keepEnd;
  if (states.length < 4 || end - keepStart < group) return { groups: [], margin: 1 };
  const lefts = Array.from(
    { length: Math.floor((end - keepStart) / group) },
    (_, i) => keepStart + group * i,
  );
  const cosines = new Map(lefts.map((i) => [i, meanCosine(states.slice(i, i + group))]));
  const ranked = [...lefts].sort((a, b) => cosines.get(b)! - cosines.get(a)!);
  const count = Math.round(ratio * lefts.length);
  const taken = ranked.slice(0, count).filter((i) => cosines.get(i)! >= threshold);
  const cut = Math.abs((cosines.get(ranked[count - 1]!) ?? 2) - (cosines.get(ranked[count]!) ?? -2));
  const near = Math.min(...lefts.map((i) => Math.abs(cosines.get(i)! - threshold)));
  return { groups: taken.sort((a, b) => a - b).map((i) => [i, i + group - 1]), margin: Math.min(cut, near) };
}

/** Over all pairs of a group. */
function meanCosine(states: readonly (readonly number[])[]): number {
  const cosines = states.flatMap((a, i) => states.slice(0, i).map((b) => cosine(a, b)));
  return cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

const mergedExtents = (trace: MergeTrace | undefined, row: number) =>
  (trace?.rows[row] ?? []).filter(({ merged }) => merged).map(({ extent }) => [...extent]);

/** The states of one row's tokens, which stand on the right. */
function statesOf(step: StepResult, name: string, row: number, length: number): number[][] {
  const { shape, data } = step.captured.get(name)!;
  const [, width, features] = shape as [number, number, number];
  return Array.from({ length }, (_, i) => {
    const start = (row * width + (width - length) + i) * features;
    return [...data.subarray(start, start + features)];
  });
}

await describeBackends('similar pairs', (backend) => {
  it('are merged and the others are not, in a batch as alone, and decoding goes on behind them', async () => {
    const batch = fc.array(tokens(1, 20), { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(randomLlama, options, batch, (random, merge, rows) =>
        withLlama(random, backend.device, (model) => {
          const name = `layers.${merge.afterLayer}.output`;
          return withSession(model, { merge, capture: [name] }, async (session) => {
            const together = await session.prefill(rows);
            const decoded = await session.decode(rows.map(() => [7]));
            for (const [i, row] of rows.entries()) {
              const { groups, margin } = expectedGroups(statesOf(together, name, i, row.length), merge);
              // Groups that are alike to rounding may be taken in either order.
              if (margin < 1e-5) continue;
              expect(mergedExtents(together.merges[0], i)).toEqual(groups);
              const alone = [await session.prefill([row]), await session.decode([[7]])];
              expect(session.slots).toEqual([row.length + 1 - groups.length * (merge.group - 1)]);
              [together, decoded].forEach((step, s) => {
                const own = step.logits.data.subarray(i * VOCABULARY, (i + 1) * VOCABULARY);
                expect(largestDifference(own, alone[s]!.logits.data)).toBeLessThanOrEqual(TOLERANCE);
              });
            }
          });
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });

  it('behind one merge and another are chosen by each, and patches and captures see what they name once', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const merge = [0, 2].map((afterLayer) => ({ afterLayer, keepStart: 0, keepEnd: 1, ratio: 0.5 }));
      const row = [1, 2, 3, 4, 5, 6, 7, 8, 9];
      const names = ['layers.0.output', 'layers.0.merged', 'layers.2.output', 'layers.3.output'];
      const plain = await withSession(model, { merge, capture: names }, (session) => session.prefill([row]));
      const seen: string[] = [];
      const patch = Object.fromEntries(
        names.map((name) => [
          name,
          ({ data }: { data: Float32Array }) => {
            seen.push(name);
            return data;
          },
        ]),
      );
      const patched = await withSession(model, { merge, capture: names, patch }, (session) =>
        session.prefill([row]),
      );
      expect(seen).toEqual(names);
      expect(sameBits(patched.logits.data, plain.logits.data)).toBe(true);
      expect([...plain.captured.keys()].sort()).toEqual([...names].sort());
      expect(plain.captured.get('layers.0.merged')?.shape).toEqual([1, 7, 16]);
      // 9 tokens in 4 pairs of which 2 merge, then 7 slots in 3 pairs of which 1.5 merge, rounded up.
      expect(plain.merges.map(({ rows }) => rows[0]?.length)).toEqual([7, 5]);
    }));

  it('with a threshold that nothing reaches are none, and the logits are those without a merge', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const row = [1, 2, 3, 4, 5, 6, 7, 8, 9];
      const merge = { afterLayer: 1, keepStart: 0, keepEnd: 0, threshold: 1 };
      const merged = await withSession(model, { merge }, (session) => session.prefill([row]));
      const base = await withSession(model, {}, (session) => session.prefill([row]));
      expect(merged.merges[0]?.rows[0]).toHaveLength(9);
      expect(largestDifference(merged.logits.data, base.logits.data)).toBeLessThanOrEqual(1e-6);
    }));

  it('an aborted run leaves nothing behind', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const merge = { afterLayer: 1, keepStart: 0, keepEnd: 0, ratio: 0.5 };
      const failing = () => {
        throw new Error('on purpose');
      };
      for (const name of ['layers.0.output', 'layers.3.output']) {
        await withSession(model, { merge, patch: { [name]: failing } }, async (session) => {
          await expect(session.prefill([[1, 2, 3, 4, 5, 6]])).rejects.toThrow('on purpose');
        });
      }
    }));
});
