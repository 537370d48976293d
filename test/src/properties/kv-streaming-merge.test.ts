import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { Session, StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { type DecodedRow, decodedRows } from './decoded-rows.js';
import { LAYERS, PLAIN_LLAMA, randomLlama, VOCABULARY, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

const tokenizer = letterTokenizer();
/** Logits have a standard deviation of about 1; the tolerance of padded batches. */
const TOLERANCE = 1e-4;

const options = fc.record({
  afterLayer: fc.nat({ max: LAYERS - 1 }),
  interpolation: fc.constantFrom('slerp' as const, 'mean' as const, 'norm-preserving' as const),
  positions: fc.constantFrom('midpoint' as const, 'first' as const, 'last' as const),
  keepStart: fc.nat({ max: 3 }),
  keepEnd: fc.nat({ max: 4 }),
  minLength: fc.constantFrom(4, 14),
  protect: fc.constantFrom([], ({ id }: { readonly id: number }) => id % 5 === 0),
  ratio: fc.constantFrom(1, 0.5),
  chunk: fc.integer({ min: 2, max: 5 }),
});

/** What a session tells of a step. */
interface Told {
  readonly slots: readonly number[];
  readonly bytes: number;
  readonly merges: StepResult['merges'];
  readonly logits: readonly Float32Array[];
}

async function told(session: Session, batch: readonly DecodedRow[]): Promise<Told[]> {
  const seen: Told[] = [];
  const see = ({ merges, logits: { data } }: StepResult) =>
    seen.push({
      slots: session.slots,
      bytes: session.kvCacheBytes,
      merges,
      logits: batch.map((_, r) => (data as Float32Array).slice(r * VOCABULARY, (r + 1) * VOCABULARY)),
    });
  see(await session.prefill(batch.map(({ prompt }) => prompt)));
  for (let i = 0; i < batch[0]!.more.length; i++)
    see(await session.decode(batch.map(({ more }) => [more[i]!])));
  return seen;
}

await describeBackends('merging cached keys and values while tokens are generated', (backend) => {
  it('leaves the slots, traces and bytes that computing anew leaves, and gives each row what it gives the row alone', () =>
    fc.assert(
      fc.asyncProperty(randomLlama, options, decodedRows, (random, drawn, batch) =>
        withLlama(
          random,
          backend.device,
          (model) => {
            const merge = (stream: 'kv' | 'exact'): SlerpMergeOptions => ({ ...drawn, stream });
            return withSession(model, { merge: merge('kv') }, async (session) => {
              const together = await told(session, batch);
              const exact = await withSession(model, { merge: merge('exact') }, (other) =>
                told(other, batch),
              );
              for (const [step, { logits, ...rest }] of together.entries()) {
                const { logits: _, ...expected } = exact[step]!;
                expect(rest).toEqual(expected);
              }
              for (const [r, row] of batch.entries()) {
                const [alone, last] = [(await told(session, [row])).at(-1)!, together.at(-1)!];
                expect(last.slots[r]).toBe(alone.slots[0]);
                expect(largestDifference(last.logits[r]!, alone.logits[0]!)).toBeLessThanOrEqual(TOLERANCE);
              }
            });
          },
          tokenizer,
        ),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    ));

  it('refuses frequencies that depend on the length of a row', () => {
    const ropeScaling = { type: 'dynamic' as const, factor: 2, originalMaxPositionEmbeddings: 16 };
    return withLlama(
      { ...PLAIN_LLAMA, config: { ...PLAIN_LLAMA.config, ropeScaling } },
      backend.device,
      async (model) =>
        expect(() => model.session({ merge: { afterLayer: 1, stream: 'kv' } })).toThrow(
          expect.objectContaining({
            code: 'merge.option',
            message: expect.stringMatching(/stream 'kv' can't turn cached keys back.*rotaryCos.*'exact'/),
          }),
        ),
    );
  });
});
