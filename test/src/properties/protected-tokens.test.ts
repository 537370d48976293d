import { cpuBackend } from '@geodesic/backend-cpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { merges } from './merge-options.js';
import { PLAIN_LLAMA, randomLlama, tokens, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

const tokenizer = letterTokenizer();
const isThird = ({ id }: { readonly id: number }) => id % 3 === 0;
/** Logits have a standard deviation of about 1; the tolerance of padded batches. */
const TOLERANCE = 1e-4;

/** Extents of one row behind the given merges, by a loop that groups from the left whatever is not protected. */
function expectedExtents(
  row: readonly number[],
  drawn: readonly Required<Pick<SlerpMergeOptions, 'group' | 'keepStart' | 'keepEnd' | 'minLength'>>[],
  isProtected: (id: number) => boolean,
): number[][] {
  let slots = row.map((id, i) => ({ first: i, last: i, alone: isProtected(id) }));
  for (const { group, keepStart, keepEnd, minLength } of drawn) {
    const end = slots.length - keepEnd;
    if (slots.length < minLength) continue;
    const merged: typeof slots = [];
    for (let i = 0; i < slots.length; i++) {
      const members = slots.slice(i, i + group);
      const merges = i >= keepStart && i + group <= end && !members.some(({ alone }) => alone);
      merged.push(merges ? { ...slots[i]!, last: members[group - 1]!.last } : slots[i]!);
      if (merges) i += group - 1;
    }
    slots = merged;
  }
  return slots.map(({ first, last }) => [first, last]);
}

await describeBackends('protected tokens', (backend) => {
  it('stay alone behind one merge and two, in a batch as alone', async () => {
    const batch = fc.array(tokens(1, 20), { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(randomLlama, merges, batch, (random, drawn, rows) =>
        withLlama(
          random,
          backend.device,
          (model) => {
            const merge = drawn.map((options) => ({ ...options, protect: isThird }));
            return withSession(model, { merge }, async (session) => {
              const together = await session.prefill(rows);
              for (const [i, row] of rows.entries()) {
                const expected = expectedExtents(row, drawn, (id) => id % 3 === 0);
                const slots = together.merges.at(-1)?.rows[i] ?? [];
                expect(slots.map(({ extent }) => extent)).toEqual(expected);
              }
              for (const [i, row] of rows.entries()) {
                const { logits } = await session.prefill([row]);
                const width = logits.data.length;
                const own = together.logits.data.subarray(i * width, (i + 1) * width);
                expect(largestDifference(own, logits.data)).toBeLessThanOrEqual(TOLERANCE);
              }
            });
          },
          tokenizer,
        ),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });
});

describe('protection by default', () => {
  const digit = tokenizer.encode('7')[0] as number;
  const letter = tokenizer.encode('b')[0] as number;
  const row = [letter, letter, digit, letter, letter, letter];
  const merge: SlerpMergeOptions = { afterLayer: 0, keepStart: 0, keepEnd: 0 };

  it.each([
    ['digits stay alone', {}, 4],
    ['nothing where the options say so', { protect: [] }, 3],
    ['nothing in the article’s merge', { interpolation: 'reference' as const }, 4],
  ])('%s', async (_, options, slots) => {
    const device = await cpuBackend.open();
    await withLlama(
      PLAIN_LLAMA,
      device,
      (model) =>
        withSession(model, { merge: { ...merge, ...options } }, async (session) => {
          await session.prefill([row]);
          expect(session.slots).toEqual([slots]);
        }),
      tokenizer,
    );
    await withLlama(PLAIN_LLAMA, device, (model) =>
      withSession(model, { merge }, async (session) => {
        await session.prefill([row]);
        expect(session.slots).toEqual([3]);
        expect(() => model.session({ merge: { ...merge, protect: ['digits'] } })).toThrow(
          expect.objectContaining({
            code: 'merge.option',
            message: expect.stringContaining('protect needs a tokenizer'),
          }),
        );
      }),
    );
  });
});
