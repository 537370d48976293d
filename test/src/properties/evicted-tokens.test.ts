import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { StepResult } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
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

/** Logits have a standard deviation of about 1; the tolerance of padded batches. */
const TOLERANCE = 1e-4;

const options = fc.record({
  keepStart: fc.nat({ max: 3 }),
  keepEnd: fc.nat({ max: 3 }),
  ratio: fc.constantFrom(0.5, 1),
  evict: fc.constantFrom('middle', 'key-norm', 'all'),
});
type Drawn = typeof options extends fc.Arbitrary<infer Value> ? Value : never;

/** Indices of the tokens that stay, by plain loops; `margin` tells how near a choice by norms was. */
function expectedTokens(norms: readonly number[], { keepStart, keepEnd, ratio, evict }: Drawn) {
  const length = norms.length;
  const every = norms.map((_, i) => i);
  if (evict === 'all') return { stay: [length - 1], margin: 1 };
  const region = length < 4 ? 0 : Math.max(0, length - keepEnd - keepStart);
  const gone = Math.round(ratio * Math.floor(region / 2));
  if (evict === 'middle') {
    return { stay: every.filter((i) => i < keepStart || i >= keepStart + gone), margin: 1 };
  }
  const ranked = every
    .slice(keepStart, keepStart + region)
    .sort((a, b) => (norms[a] as number) - (norms[b] as number));
  const [last, first] = [ranked[region - gone - 1], ranked[region - gone]];
  const margin = last === undefined || first === undefined ? 1 : norms[first]! - norms[last]!;
  const evicted = new Set(ranked.slice(region - gone));
  return { stay: every.filter((i) => !evicted.has(i)), margin };
}

/** Σ k² of each token of a prefill of one row. */
function keyNorms(step: StepResult, layer: number): number[] {
  const { shape, data } = step.captured.get(`layers.${layer}.attention.keys`)!;
  const [, length = 0, heads = 0, dim = 0] = shape;
  const width = heads * dim;
  return Array.from({ length }, (_, token) =>
    [...data.subarray(token * width, (token + 1) * width)].reduce((sum, key) => sum + key * key, 0),
  );
}

const slotsOf = (step: StepResult) => (step.merges[0]?.rows[0] ?? []).map(({ extent }) => extent[0]);

await describeBackends('evicted tokens', (backend) => {
  it('are gone behind the last layer, and the logits of the others are those of the model as it is', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, options, tokens(1, 20), (random, drawn, row) =>
        withLlama(random, backend.device, async (model) => {
          const afterLayer = LAYERS - 1;
          const capture = [`layers.${afterLayer}.attention.keys`];
          const base = await withSession(model, { logits: 'all', capture }, (session) =>
            session.prefill([row]),
          );
          const { stay, margin } = expectedTokens(keyNorms(base, afterLayer), drawn);
          if (margin < 1e-4) return;
          const merge: SlerpMergeOptions = { afterLayer, ...drawn };
          const evicted = await withSession(model, { merge, logits: 'all' }, (session) =>
            session.prefill([row]),
          );
          expect(slotsOf(evicted)).toEqual(stay);
          expect([...evicted.targets.data]).toEqual(stay.map((token) => token + 1));
          const expected = stay.flatMap((token) => [
            ...base.logits.data.subarray(token * VOCABULARY, (token + 1) * VOCABULARY),
          ]);
          expect(largestDifference(evicted.logits.data, expected)).toBeLessThanOrEqual(TOLERANCE);
        }),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    );
  });

  it('say nothing to later layers, where each of the others is seen, and a batch is as its rows alone', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const rows = [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [11, 12, 13, 14, 15, 16],
      ];
      for (const evict of ['middle', 'key-norm', 'all'] as const) {
        const merge = { afterLayer: 1, keepStart: 1, keepEnd: 2, evict };
        const run = (row: number[], changed?: number) =>
          withSession(
            model,
            {
              merge,
              ...(changed !== undefined && { patch: { 'layers.1.output': shifted(changed) } }),
            },
            async (session) => {
              const first = await session.prefill([row]);
              return { first, second: await session.decode([[7]]) };
            },
          );
        const alone = await Promise.all(rows.map((row) => run(row)));
        const kept = new Set(slotsOf(alone[0]!.first));
        expect(kept.size).toBe(evict === 'all' ? 1 : 6);
        for (const token of [0, 2, 5, 8]) {
          const { second } = await run(rows[0]!, token);
          const difference = largestDifference(second.logits.data, alone[0]!.second.logits.data);
          if (kept.has(token)) expect(difference, `${evict}, token ${token}`).toBeGreaterThan(1e-3);
          else expect(difference, `${evict}, token ${token}`).toBe(0);
        }
        await withSession(model, { merge }, async (session) => {
          const together = [await session.prefill(rows), await session.decode([[7], [7]])];
          rows.forEach((_, i) => {
            [alone[i]!.first, alone[i]!.second].forEach((step, s) => {
              const own = together[s]!.logits.data.subarray(i * VOCABULARY, (i + 1) * VOCABULARY);
              expect(largestDifference(own, step.logits.data)).toBeLessThanOrEqual(TOLERANCE);
            });
          });
        });
      }
    }));
});

/** Changes the state of one token. */
function shifted(token: number) {
  return ({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }) => {
    const width = shape.at(-1) as number;
    // A decoding step has the states of its own token alone.
    if (shape[1] === 1) return data;
    return data.map((value, i) => (Math.floor(i / width) === token ? value + (i % 3) - 1 : value));
  };
}
