import type { LanguageModel, SessionOptions, StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { maybeMerges } from './merge-options.js';
import { randomLlama, tokens, VOCABULARY, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

/** Logits have a standard deviation of about 1. Over 400 cases on cpu and wasm the largest difference was 1.1e-5. */
const TOLERANCE = 1e-4;

/** Four rows of a prompt and what is decoded behind it, each of a length of its own. */
const rows = fc.array(fc.record({ prompt: tokens(1, 20), more: tokens(1, 4) }), {
  minLength: 4,
  maxLength: 4,
});

type Row = { readonly prompt: readonly number[]; readonly more: readonly number[] };

function run(
  model: LanguageModel,
  options: SessionOptions,
  batch: readonly Row[],
): Promise<readonly StepResult[]> {
  return withSession(model, { ...options, logits: 'all' }, async (session) => [
    await session.prefill(batch.map(({ prompt }) => prompt)),
    await session.decode(batch.map(({ more }) => more)),
    // Once more, so that what the cache holds of ragged steps is read too.
    await session.decode(batch.map(({ more }) => more.slice(0, 1))),
  ]);
}

/** The targets and logits of a row's valid slots. */
function validSlots({ logits, targets }: StepResult, row: number): { targets: number[]; logits: number[] } {
  const width = targets.shape[1] as number;
  const slots = Array.from({ length: width }, (_, i) => row * width + i).filter(
    (slot) => targets.data[slot] !== -1,
  );
  return {
    targets: slots.map((slot) => targets.data[slot] as number),
    logits: slots.flatMap((slot) => [...logits.data.subarray(slot * VOCABULARY, (slot + 1) * VOCABULARY)]),
  };
}

await describeBackends('a left-padded batch', (backend) => {
  it('gives each of four rows what it gets alone, in prefill and decoding', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, maybeMerges, rows, (random, merge, batch) =>
        withLlama(random, backend.device, async (model) => {
          const together = await run(model, { merge }, batch);
          for (const [i, row] of batch.entries()) {
            const alone = await run(model, { merge }, [row]);
            alone.forEach((step, s) => {
              const [expected, actual] = [validSlots(step, 0), validSlots(together[s] as StepResult, i)];
              expect(actual.targets).toEqual(expected.targets);
              expect(largestDifference(actual.logits, expected.logits)).toBeLessThanOrEqual(TOLERANCE);
            });
          }
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });
});
