import type { LanguageModel, SessionOptions, StepResult } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { withSession } from '../properties/random-llama.js';
import { readGolden } from '../read-golden.js';
import { loadTinyModel, tinyModelsOn } from './tiny-models.js';

/** Difference of two ways to the same logits, as a share of the largest: they add up in another order. */
const TOLERANCE = 1e-5;

const MERGE = { afterLayer: 1, keepStart: 2, keepEnd: 3 } as const;

/** Where a context of 33 tokens is cut: a prompt, one token, some past every window of 8 and every first context of 16, the rest. */
const CUTS = [7, 8, 14, 20, 21, 33] as const;

/** Logits of the last `count` slots of a one-row step. */
function lastSlots({ logits: { data, shape } }: StepResult, count: number): ArrayLike<number> {
  return data.subarray(data.length - count * (shape[2] as number));
}

/** Logits and targets of a row's valid slots. */
function validSlots({ logits, targets }: StepResult, row: number): { logits: number[]; targets: number[] } {
  const [, width = 0, vocabulary = 0] = logits.shape;
  const slots = Array.from({ length: width }, (_, i) => row * width + i).filter(
    (slot) => targets.data[slot] !== -1,
  );
  return {
    targets: slots.map((slot) => targets.data[slot] as number),
    logits: slots.flatMap((slot) => [...logits.data.subarray(slot * vocabulary, (slot + 1) * vocabulary)]),
  };
}

/** A prompt and two steps behind it, of one or of several tokens a row. */
function threeSteps(model: LanguageModel, options: SessionOptions, rows: readonly (readonly number[])[]) {
  return withSession(model, { ...options, logits: 'all' }, async (session) => [
    await session.prefill(rows.map((row) => row.slice(0, -4))),
    await session.decode(rows.map((row) => row.slice(-4, -1))),
    await session.decode(rows.map((row) => row.slice(-1))),
  ]);
}

await describeBackends('every architecture', (backend) => {
  describe.each(tinyModelsOn(backend.name))('%s', (name) => {
    let model: LanguageModel;
    let tokens: readonly number[];
    beforeAll(async () => {
      model = await loadTinyModel(name, backend.device);
      tokens = (await readGolden<{ tokens: readonly number[] }>(`${name}/base`)).manifest.tokens;
    });
    afterAll(() => model.dispose());

    it('decodes behind its cache what a full pass over the same tokens gives', async () => {
      await withSession(model, { logits: 'all' }, async (full) =>
        withSession(model, { logits: 'all' }, async (cached) => {
          await cached.prefill([tokens.slice(0, CUTS[0])]);
          for (const [i, end] of CUTS.slice(1).entries()) {
            const start = CUTS[i] as number;
            const step = await cached.decode([tokens.slice(start, end)]);
            const expected = lastSlots(await full.prefill([tokens.slice(0, end)]), end - start);
            const difference = relativeDifference(step.logits.data, expected);
            expect(difference, `tokens ${start} to ${end}`).toBeLessThanOrEqual(TOLERANCE);
          }
        }),
      );
    });

    it('changes no logits whose target is at or before a token that changes, though merged', async () => {
      await withSession(model, { merge: MERGE, logits: 'all' }, async (session) => {
        const row = tokens.slice(0, 24);
        const before = await session.prefill([row]);
        for (const changed of [3, 8, 20]) {
          const other = row.map((id, i) => (i === changed ? (id === 5 ? 6 : 5) : id));
          const after = await session.prefill([other]);
          const targets = [...before.targets.data];
          const firstSeen = targets.findIndex((target) => target > changed);
          const vocabulary = before.logits.shape[2] as number;
          const unseen = (step: StepResult) => step.logits.data.subarray(0, firstSeen * vocabulary);
          expect(unseen(after)).toEqual(unseen(before));
          const own = (step: StepResult) =>
            step.logits.data.subarray(firstSeen * vocabulary, (firstSeen + 1) * vocabulary);
          expect(own(after)).not.toEqual(own(before));
        }
      });
    });

    it.each([
      ['unmerged', {}],
      ['merged', { merge: MERGE }],
    ])('gives each row of a left-padded batch what it gets alone, %s', async (_, options) => {
      const rows = [5, 12, 9, 24].map((length, i) => tokens.slice(i, i + length));
      const together = await threeSteps(model, options, rows);
      for (const [i, row] of rows.entries()) {
        const alone = await threeSteps(model, options, [row]);
        for (const [s, step] of alone.entries()) {
          const [expected, actual] = [validSlots(step, 0), validSlots(together[s] as StepResult, i)];
          expect(actual.targets).toEqual(expected.targets);
          const difference = relativeDifference(actual.logits, expected.logits);
          expect(difference, `row ${i}, step ${s}`).toBeLessThanOrEqual(TOLERANCE);
        }
      }
    });
  });
});
