import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { Session } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { merges } from './merge-options.js';
import { randomLlama, tokens, VOCABULARY, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

/** Logits have a standard deviation of about 1. Over 400 cases on cpu and wasm the largest difference was 1.1e-5. */
const TOLERANCE = 1e-4;

/** A prompt, and chunks of tokens that are decoded behind it: one by one where all are of one token. */
const script = fc.record({
  prompt: tokens(1, 16),
  chunks: fc.array(fc.oneof(tokens(1, 1), tokens(1, 5)), { minLength: 1, maxLength: 6 }),
});

/** All logits of a prefill and the chunks behind it, as those of one sequence of slots. */
async function inSteps(
  session: Session,
  prompt: readonly number[],
  chunks: readonly (readonly number[])[],
): Promise<number[]> {
  const logits = [...(await session.prefill([prompt])).logits.data];
  for (const chunk of chunks) logits.push(...(await session.decode([chunk])).logits.data);
  return logits;
}

/** The merges of a full pass that pairs what a prefill of all but the last `appended` tokens would pair. */
function keeping(merge: readonly SlerpMergeOptions[], appended: number): SlerpMergeOptions[] {
  // Neither of them must find the row too short where the other doesn't.
  return merge.map((one) => ({ ...one, keepEnd: (one.keepEnd ?? 0) + appended, minLength: 0 }));
}

await describeBackends('decoding with the cache', (backend) => {
  it('equals one full pass, in whatever chunks', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, script, (random, { prompt, chunks }) =>
        withLlama(random, backend.device, (model) =>
          withSession(model, { logits: 'all' }, async (session) => {
            const full = (await session.prefill([[...prompt, ...chunks.flat()]])).logits.data;
            expect(largestDifference(await inSteps(session, prompt, chunks), full)).toBeLessThanOrEqual(
              TOLERANCE,
            );
          }),
        ),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    );
  });

  it('equals one full pass with the same pairs, where tokens are merged', async () => {
    // Behind a merge with `compact` positions a new token still stands at n, which no full pass would give it.
    const streamable = merges.filter((drawn) => drawn.every(({ positions }) => positions !== 'compact'));
    let merged = 0;
    await fc.assert(
      fc.asyncProperty(randomLlama, streamable, script, (random, drawn, { prompt, chunks }) =>
        withLlama(random, backend.device, async (model) => {
          const appended = chunks.flat().length;
          const steps = await withSession(model, { merge: keeping(drawn, 0), logits: 'all' }, (session) =>
            inSteps(session, prompt, chunks),
          );
          const full = await withSession(
            model,
            { merge: keeping(drawn, appended), logits: 'all' },
            (session) => session.prefill([[...prompt, ...chunks.flat()]]),
          );
          expect(largestDifference(steps, full.logits.data)).toBeLessThanOrEqual(TOLERANCE);
          if (steps.length / VOCABULARY < prompt.length + appended) merged += 1;
        }),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    );
    // Few cases may have none by chance.
    if (RUN_COUNT[backend.name] < RUN_COUNT.cpu) return;
    expect(merged, 'cases in which something was merged').toBeGreaterThan(0);
  });
});
