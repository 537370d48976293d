import type { StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference, sameBits } from '../difference.js';
import { maybeMerges } from './merge-options.js';
import { PLAIN_LLAMA, randomLlama, tokens, VOCABULARY, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

/** A row and another that differs from it in one token. */
const perturbation = tokens(2, 24).chain((row) =>
  fc.record({
    row: fc.constant(row),
    changed: fc.nat({ max: row.length - 1 }),
    by: fc.integer({ min: 1, max: VOCABULARY - 1 }),
  }),
);

/** Whether each slot of two runs with the same slots has the same logits, bit for bit. */
function unchangedSlots(a: StepResult, b: StepResult): boolean[] {
  const logits = ({ logits: { data } }: StepResult, slot: number) =>
    data.subarray(slot * VOCABULARY, (slot + 1) * VOCABULARY);
  return Array.from(a.targets.data, (_, slot) => sameBits(logits(a, slot), logits(b, slot)));
}

await describeBackends('causality', (backend) => {
  it.each([1e6, 1e12, 1e30])(
    'nothing is seen of later tokens or padding by queries %d times as long',
    (factor) =>
      withLlama(PLAIN_LLAMA, backend.device, (model) => {
        const patch = {
          'layers.1.attention.queries': ({ data }: { readonly data: Float32Array }) =>
            data.map((x) => x * factor),
        };
        return withSession(model, { patch, logits: 'all' }, async (session) => {
          const [row, other] = [
            [1, 2, 3, 4, 5, 6],
            [1, 2, 3, 4, 7, 8],
          ];
          const longer = [9, 9, 9, 9, 9, 9, 9, 9];
          const before = await session.prefill([row, longer]);
          const after = await session.prefill([other, longer.map(() => 3)]);
          const unchanged = unchangedSlots(before, after);
          // Two slots of padding come first; the first four tokens see none of what changed.
          expect(unchanged.slice(2, 8)).toEqual([true, true, true, true, false, false]);
          expect(unchanged.slice(8)).toEqual(longer.map(() => false));
          const [alone] = [await session.prefill([row])];
          const logits = before.logits.data.subarray(2 * VOCABULARY, 8 * VOCABULARY);
          expect(largestDifference(alone.logits.data, logits)).toBeLessThan(1e-4);
        });
      }),
  );

  it('changing token i changes no logit whose target is at or before i, merged or not', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, maybeMerges, perturbation, (random, merge, { row, changed, by }) =>
        withLlama(random, backend.device, (model) =>
          withSession(model, { merge, logits: 'all' }, async (session) => {
            const other = row.map((id, i) => (i === changed ? (id + by) % VOCABULARY : id));
            const [before, after] = [await session.prefill([row]), await session.prefill([other])];
            expect(after.targets).toEqual(before.targets);
            const unchanged = unchangedSlots(before, after);
            const targets = [...before.targets.data];
            for (const [slot, target] of targets.entries()) {
              if (target <= changed) expect(unchanged[slot], `slot ${slot}, target ${target}`).toBe(true);
            }
            // The slot that holds the token does see it, or else this test could not fail. But `drop` may lose a token that
            // the window hides from the later ones.
            if (merge.some(({ interpolation }) => interpolation === 'drop')) return;
            const own = targets.findIndex((target) => target > changed);
            expect(unchanged[own], 'the logits of the slot of the changed token').toBe(false);
          }),
        ),
      ),
      { numRuns: 2 * RUN_COUNT[backend.name] },
    );
  });
});
