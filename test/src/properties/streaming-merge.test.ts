import { MERGE_GROUPS, type SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel, Session } from '@geodesic/runtime';
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

const options = fc
  .record({
    afterLayer: fc.nat({ max: LAYERS - 1 }),
    keepStart: fc.nat({ max: 3 }),
    keepEnd: fc.nat({ max: 4 }),
    minLength: fc.constantFrom(4, 14),
    positions: fc.constantFrom('midpoint' as const, 'last' as const),
    protect: fc.constantFrom([], ({ id }: { readonly id: number }) => id % 5 === 0),
    group: fc.constantFrom(...MERGE_GROUPS),
    // How many more than a group.
    chunk: fc.integer({ min: 0, max: 3 }),
    stream: fc.constant('exact' as const),
  })
  .map((drawn) => ({ ...drawn, chunk: drawn.group + drawn.chunk }));

type StreamingMerge = SlerpMergeOptions &
  Required<Pick<SlerpMergeOptions, 'group' | 'keepStart' | 'keepEnd' | 'minLength' | 'chunk'>>;

/** What a row alone gives: the logits of the last token, and the slots behind it. */
interface LastStep {
  readonly logits: Float32Array;
  readonly slots: number;
}

/**
 * A row whose tokens up to the last time that it was merged are a prompt, and the others decoded behind it. It was merged when there
 * were `chunk` tokens between the last group that was made and the kept end; the groups are those of a prefill at that time.
 */
async function fresh(session: Session, row: DecodedRow, merge: StreamingMerge): Promise<LastStep> {
  const all = [...row.prompt, ...row.more];
  const isProtected = (id: number) => typeof merge.protect === 'function' && merge.protect({ id, text: '' });
  let settled = settledBy(all.slice(0, row.prompt.length), merge, isProtected);
  let merged = row.prompt.length;
  // The last step's own logits come before its merge.
  for (let n = row.prompt.length + 1; n < all.length; n++) {
    const start = Math.max(settled, Math.min(merge.keepStart, n));
    if (n - start - merge.keepEnd < merge.chunk || n < merge.minLength) continue;
    merged = n;
    settled = settledBy(all.slice(0, n), merge, isProtected);
  }
  const prompt = all.slice(0, merged);
  let { logits } = await session.prefill([prompt]);
  if (merged < all.length) ({ logits } = await session.decode([all.slice(merged)]));
  return { logits: logits.data as Float32Array, slots: session.slots[0] as number };
}

/** How many tokens have their slot for good: a loop over the groups of a row. */
function settledBy(
  row: readonly number[],
  { group, keepStart, keepEnd, minLength }: StreamingMerge,
  isProtected: (id: number) => boolean,
): number {
  const end = row.length - keepEnd;
  if (row.length < minLength || end - keepStart < group) return Math.min(keepStart, row.length);
  let i = keepStart;
  while (i < end) {
    const members = row.slice(i, Math.min(i + group, end));
    // What comes before a protected token, and it itself, stay alone whatever follows.
    const alone = members.findLastIndex(isProtected) + 1;
    if (alone === 0 && members.length < group) return i;
    i += alone || group;
  }
  return i;
}

/** The last logits of each row of a batch that is decoded token by token. */
async function streamed(
  session: Session,
  batch: readonly DecodedRow[],
): Promise<{ logits: Float32Array; slots: number }[]> {
  let step = await session.prefill(batch.map(({ prompt }) => prompt));
  let slots = session.slots;
  for (let i = 0; i < batch[0]!.more.length; i++) {
    slots = session.slots;
    step = await session.decode(batch.map(({ more }) => [more[i]!]));
  }
  return batch.map((_, r) => ({
    logits: (step.logits.data as Float32Array).slice(r * VOCABULARY, (r + 1) * VOCABULARY),
    slots: slots[r]! + 1,
  }));
}

const withBoth = (
  model: LanguageModel,
  merge: StreamingMerge,
  body: (streaming: Session, still: Session) => Promise<void>,
) =>
  withSession(model, { merge }, (streaming) =>
    withSession(model, { merge: { ...merge, stream: 'off' } }, (still) => body(streaming, still)),
  );

await describeBackends('merging while tokens are generated', (backend) => {
  it('gives what a prefill up to the last merge gives, in batches too', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, options, decodedRows, (random, drawn, batch) =>
        withLlama(
          random,
          backend.device,
          (model) => {
            const merge: StreamingMerge = drawn;
            return withBoth(model, merge, async (streaming, still) => {
              const steps = await streamed(streaming, batch);
              for (const [i, row] of batch.entries()) {
                const expected = await fresh(still, row, merge);
                expect(steps[i]!.slots).toBe(expected.slots);
                expect(largestDifference(steps[i]!.logits, expected.logits)).toBeLessThanOrEqual(TOLERANCE);
              }
            });
          },
          tokenizer,
        ),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    );
  });

  it('with a ratio chooses pairs within each chunk, and gives what a prefill with these pairs gives', () =>
    withLlama(
      PLAIN_LLAMA,
      backend.device,
      async (model) => {
        // Every token once, so that those which stayed alone can be protected by their ids.
        const all = Array.from({ length: 30 }, (_, i) => (i * 5) % 49);
        const merge = { afterLayer: 1, keepStart: 1, keepEnd: 2, protect: [] };
        const choice = { ratio: 0.5, stream: 'exact', chunk: 6 } as const;
        const pairs: number[] = [];
        const logits = await withSession(model, { merge: { ...merge, ...choice } }, async (session) => {
          const steps = [await session.prefill([all.slice(0, 12)])];
          for (const id of all.slice(12)) steps.push(await session.decode([[id]]));
          const slots = steps.slice(0, -1).flatMap(({ merges: [trace] }) => trace?.rows[0] ?? []);
          pairs.push(...slots.filter(({ merged }) => merged).flatMap(({ extent }) => extent));
          return steps.at(-1)!.logits.data;
        });
        // 2 of the 4 pairs of the prompt, and of each of three chunks 2 of its 3.
        expect(pairs).toHaveLength(2 * 8);
        const merged = new Set(pairs.map((position) => all[position]!));
        const protect = ({ id }: { readonly id: number }) => !merged.has(id);
        await withSession(model, { merge: { ...merge, protect } }, async (session) => {
          await session.prefill([all.slice(0, -1)]);
          const expected = await session.decode([all.slice(-1)]);
          expect(largestDifference(logits, expected.logits.data)).toBeLessThanOrEqual(TOLERANCE);
        });
      },
      tokenizer,
    ));

  it('works with one merge alone', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      for (const [streaming, stream] of [0, 1].flatMap((i) => [[i, 'exact'] as const, [i, 'kv'] as const])) {
        const merge = [0, 2].map((afterLayer, i) => ({
          afterLayer,
          stream: i === streaming ? stream : ('off' as const),
        }));
        expect(() => model.session({ merge })).toThrow(
          expect.objectContaining({
            code: 'merge.option',
            message: 'slerpMerge: a merge that goes on (stream) works alone, and this model has several',
          }),
        );
      }
    }));

  it.each([
    // Two tokens and their merged slot, whose states the patch sees by turns.
    { stream: 'exact' as const, value: 'layers.1.merged', least: 17 },
    { stream: 'kv' as const, value: 'tokens/2@1.statistics', least: 0 },
  ])('a step whose merge fails leaves the session as it was: $stream', ({ stream, value, least }) =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const merge = { afterLayer: 1, keepStart: 0, keepEnd: 0, chunk: 2, stream };
      let fails = false;
      const patch = {
        [value]: ({ data }: { data: Float32Array }) => {
          if (fails && data.length >= least) throw new Error('on purpose');
          return data;
        },
      };
      const row = [1, 2, 3, 4, 5, 6];
      await withSession(model, { merge, patch }, async (session) => {
        await session.prefill([row]);
        await session.decode([[7]]);
        fails = true;
        await expect(session.decode([[8, 9]])).rejects.toThrow('on purpose');
        fails = false;
        expect(session.lengths).toEqual([7]);
        const again = await session.decode([[8, 9]]);
        await session.prefill([row]);
        await session.decode([[7]]);
        const expected = await session.decode([[8, 9]]);
        expect(largestDifference(again.logits.data, expected.logits.data)).toBe(0);
      });
    }),
  );
});
