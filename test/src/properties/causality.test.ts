import type { StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { maybeMerges } from './merge-options.js';
import { randomLlama, tokens, VOCABULARY, withLlama, withSession } from './random-llama.js';
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
