import { PASSAGE_REACH, type SlerpMergeOptions, type SurpriseProbe } from '@geodesic/compiler';
import { LanguageModel } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { SeededNumbers } from '../seeded-numbers.js';
import type { DecodedRow } from './decoded-rows.js';
import { surprisingAround } from './means-around.js';
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

const tokenizer = letterTokenizer();
const FEATURES = 16;
/** Logits have a standard deviation of about 1; the tolerance of padded batches. */
const TOLERANCE = 1e-4;
/** A surprise as near as this to the threshold may lie on the other side of it in float32. */
const UNDECIDED = 1e-3;
/** What the probe says, and what a merge says instead. */
const SURPRISE = 1;
const OTHER_SURPRISE = 1.3;

const probe: SurpriseProbe = {
  weights: new SeededNumbers(3).normals(FEATURES, 0.4),
  bias: 0.2,
  threshold: SURPRISE,
};
const probes = new Map(Array.from({ length: LAYERS }, (_, layer) => [layer, probe]));

const options = fc.record({
  afterLayer: fc.nat({ max: LAYERS - 1 }),
  keepStart: fc.nat({ max: 3 }),
  keepEnd: fc.integer({ min: 2, max: 4 }),
});
/** Where merging goes on, the kept end has what decides of a token. */
const streaming = fc.record({
  afterLayer: fc.nat({ max: LAYERS - 1 }),
  keepStart: fc.nat({ max: 3 }),
  keepEnd: fc.integer({ min: PASSAGE_REACH, max: PASSAGE_REACH + 2 }),
});
/** Rows that are longer than the kept end, of as many steps each. */
const decodedRows: fc.Arbitrary<DecodedRow[]> = fc.integer({ min: 1, max: 14 }).chain((steps) =>
  fc.array(fc.record({ prompt: tokens(1, 30), more: tokens(steps, steps) }), {
    minLength: 1,
    maxLength: 3,
  }),
);

function expectedExtents(
  row: readonly number[],
  { keepStart, keepEnd }: Pick<Required<SlerpMergeOptions>, 'keepStart' | 'keepEnd'>,
  isAlone: (token: number) => boolean,
): number[][] {
  const extents: number[][] = [];
  for (let i = 0; i < row.length; i++) {
    const inside = row.length >= 4 && i >= keepStart && i + 1 < row.length - keepEnd;
    const pairs = inside && !isAlone(i) && !isAlone(i + 1);
    extents.push(pairs ? [i, i + 1] : [i, i]);
    if (pairs) i += 1;
  }
  return extents;
}

await describeBackends('passages that surprise', (backend) => {
  const withProbes = (random: typeof PLAIN_LLAMA, body: (model: LanguageModel) => Promise<void>) =>
    withLlama(
      random,
      backend.device,
      (model) => body(new LanguageModel({ ...model, surprise: probes })),
      tokenizer,
    );

  it('stay alone, in a batch as alone', async () => {
    // Passages have eight tokens, and most rows that may have one are short.
    const batch = fc.array(fc.oneof(tokens(1, 30), tokens(20, 40)), { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(randomLlama, options, batch, (random, drawn, rows) =>
        withProbes(random, (model) => {
          const merge = { ...drawn, protect: ['surprising' as const] };
          const output = `layers.${drawn.afterLayer}.output`;
          return withSession(model, { merge, capture: [output] }, async (session) => {
            const together = await session.prefill(rows);
            for (const [i, row] of rows.entries()) {
              const { logits, captured } = await session.prefill([row]);
              const { staysAlone, margin } = surprisingAround(
                row,
                captured.get(output)!.data,
                probe,
                tokenizer,
              );
              fc.pre(margin > UNDECIDED);
              const expected = expectedExtents(row, drawn, (token) => staysAlone[token]!);
              const slots = together.merges[0]?.rows[i] ?? [];
              expect(slots.map(({ extent }) => extent)).toEqual(expected);
              const width = logits.data.length;
              const own = together.logits.data.subarray(i * width, (i + 1) * width);
              expect(largestDifference(own, logits.data)).toBeLessThanOrEqual(TOLERANCE);
            }
          });
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });

  it('stay alone among generated ones, as in a prefill up to the last merge', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, streaming, decodedRows, (random, drawn, batch) =>
        withProbes(random, async (model) => {
          const merge = { ...drawn, protect: ['surprising' as const], surprise: OTHER_SURPRISE };
          const chunked = { ...merge, stream: 'exact' as const, chunk: 3 };
          const steps = batch[0]!.more.length;
          // The last step's own logits come before its merge.
          const merged = batch.map(({ prompt }) => prompt.length);
          let [logits, slots] = [new Float32Array(), [] as number[]];
          await withSession(model, { merge: chunked }, async (session) => {
            await session.prefill(batch.map(({ prompt }) => prompt));
            for (let i = 0; i < steps; i++) {
              slots = session.slots.map((count) => count + 1);
              const step = await session.decode(batch.map(({ more }) => [more[i]!]));
              logits = step.logits.data as Float32Array<ArrayBuffer>;
              if (i === steps - 1) break;
              step.merges[0]?.rows.forEach((row, r) => {
                if (row.some((slot) => slot.merged)) merged[r] = batch[r]!.prompt.length + i + 1;
              });
            }
          });
          await withSession(model, { merge }, async (session) => {
            for (const [r, { prompt, more }] of batch.entries()) {
              const row = [...prompt, ...more];
              let step = await session.prefill([row.slice(0, merged[r])]);
              step = await session.decode([row.slice(merged[r])]);
              expect(slots[r]).toBe(session.slots[0]);
              const own = logits.subarray(r * VOCABULARY, (r + 1) * VOCABULARY);
              expect(largestDifference(own, step.logits.data)).toBeLessThanOrEqual(TOLERANCE);
            }
          });
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });

  it('stay alone among generated ones as far as these have room, in given ones throughout', () =>
    withLlama(
      PLAIN_LLAMA,
      backend.device,
      async (model) => {
        const surprised = { weights: new Array(FEATURES).fill(0), bias: 2, threshold: 1 };
        const probed = new LanguageModel({ ...model, surprise: new Map([[1, surprised]]) });
        const merge = {
          afterLayer: 1,
          keepEnd: PASSAGE_REACH,
          protect: ['surprising' as const],
          stream: 'exact' as const,
          chunk: 4,
        };
        const slotsOf = (turn: number) =>
          withSession(probed, { merge }, async (session) => {
            await session.prefill([[1, 2, 3, 4]]);
            const row = Array.from({ length: 58 }, (_, i) => i % VOCABULARY);
            for (let i = 0; i < row.length; i += turn) await session.decode([row.slice(i, i + turn)]);
            return session.slots;
          });
        expect(await slotsOf(2)).toEqual([62]);
        // 25 generated tokens stay alone, and one more with the one before it; of those behind them 12 have left the tail.
        expect(await slotsOf(1)).toEqual([62 - 6]);
      },
      tokenizer,
    ));

  it('need a probe of the layer', () =>
    withLlama(
      PLAIN_LLAMA,
      backend.device,
      async (model) => {
        const probed = new LanguageModel({ ...model, surprise: new Map([[1, probe]]) });
        const outputs = (afterLayer: number, merge: Partial<SlerpMergeOptions> = {}) => {
          const session = probed.session({ merge: { afterLayer, ...merge } });
          session.dispose();
          return [...session.program.prefill.outputs.keys()];
        };
        expect(outputs(1, { protect: ['surprising'] })).toContain('merge.tokens/2@1.surprise');
        expect(() => outputs(2, { protect: ['surprising'] })).toThrow(
          expect.objectContaining({
            code: 'merge.option',
            message: expect.stringContaining("protect 'surprising' needs a probe of layer 2"),
          }),
        );
        expect(() => outputs(1, { protect: ['surprising'], stream: 'exact', keepEnd: 15 })).toThrow(
          expect.objectContaining({
            message: expect.stringContaining('keepEnd must be at least that, not 15'),
          }),
        );
      },
      tokenizer,
    ));
});
