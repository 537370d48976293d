import { INTERPOLATIONS, type SlerpMergeOptions } from '@geodesic/compiler';
import type { StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference, sameBits } from '../difference.js';
import { combine } from '../lowering/merge-ops.js';
import { merges } from './merge-options.js';
import { LAYERS, randomLlama, tokens, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

/** States of 16 features: one that nearly cancels others magnifies rounding, at most a hundredfold here. */
const TOLERANCE = 1e-4;

const options = fc.record({
  afterLayer: fc.nat({ max: LAYERS - 1 }),
  group: fc.constantFrom(3 as const, 4 as const),
  interpolation: fc.constantFrom(...INTERPOLATIONS.filter((name) => name !== 'reference')),
  keepStart: fc.nat({ max: 3 }),
  keepEnd: fc.nat({ max: 3 }),
  minLength: fc.constant(0),
});

function statesOf(step: StepResult, name: string): number[][] {
  const { shape, data } = step.captured.get(name)!;
  const [, width, features] = shape as [number, number, number];
  return Array.from({ length: width }, (_, i) => [...data.subarray(i * features, (i + 1) * features)]);
}

await describeBackends('groups of tokens', (backend) => {
  it('of three and four become what plain loops make of their states, and the others stay as they are', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, options, tokens(1, 20), (random, merge, row) =>
        withLlama(random, backend.device, (model) => {
          const [before, behind] = ['output', 'merged'].map(
            (what) => `layers.${merge.afterLayer}.${what}`,
          ) as [string, string];
          return withSession(model, { merge, capture: [before, behind] }, async (session) => {
            const step = await session.prefill([row]);
            const states = statesOf(step, before);
            const expected: { state: readonly number[]; extent: number[] }[] = [];
            for (let i = 0; i < row.length; ) {
              const fits = i >= merge.keepStart && i + merge.group <= row.length - merge.keepEnd;
              const size = fits ? merge.group : 1;
              const members = states.slice(i, i + size);
              const state = fits ? combine(members, merge.interpolation, [1, 1]) : members[0]!;
              expected.push({ state, extent: [i, i + size - 1] });
              i += size;
            }
            const slots = step.merges[0]?.rows[0] ?? [];
            expect(slots.map(({ extent }) => extent)).toEqual(expected.map(({ extent }) => extent));
            expect(slots.map(({ merged }) => merged)).toEqual(expected.map(({ extent: [a, b] }) => a !== b));
            expect(session.slots).toEqual([expected.length]);
            for (const [i, state] of statesOf(step, behind).entries()) {
              expect(relativeDifference(state, expected[i]!.state, 1)).toBeLessThanOrEqual(TOLERANCE);
            }
          });
        }),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    );
  });

  it('of two are the default, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, merges, tokens(1, 20), (random, drawn, row) =>
        withLlama(random, backend.device, async (model) => {
          const logitsOf = (merge: readonly SlerpMergeOptions[]) =>
            withSession(model, { merge, logits: 'all' }, async (session) => {
              const steps = [await session.prefill([row]), await session.decode([[7]])];
              return steps.map(({ logits }) => logits.data);
            });
          const byDefault = await logitsOf(drawn.map(({ group: _, ...merge }) => merge));
          const pairs = await logitsOf(drawn.map((merge) => ({ ...merge, group: 2 })));
          pairs.forEach((logits, i) => {
            expect(sameBits(logits, byDefault[i] ?? [])).toBe(true);
          });
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 4) },
    );
  });
});
