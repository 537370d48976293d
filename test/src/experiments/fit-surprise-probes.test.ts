import type { SurpriseProbe } from '@geodesic/compiler';
import { fitSurpriseProbes } from '@geodesic/experiments';
import type { LanguageModel } from '@geodesic/runtime';
import { openBackend } from 'geodesic';
import { expect, it } from 'vitest';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { meansAround } from '../properties/means-around.js';
import { PLAIN_LLAMA, VOCABULARY, withLlama, withSession } from '../properties/random-llama.js';
import { SeededNumbers } from '../seeded-numbers.js';

const PASSAGES = 10;
const TOKENS = 34;
/** The first tokens of a passage are left out. */
const SKIPPED = 4;
const ROUNDING = 1e-5;
const LAYERS = [0, 2];

const tokenizer = letterTokenizer();

function drawnPassages(seed: number): number[][] {
  const random = new SeededNumbers(seed);
  return Array.from({ length: PASSAGES }, () =>
    Array.from(random.normals(TOKENS, 1), (number) => Math.floor(Math.abs(number * 997)) % VOCABULARY),
  );
}

async function fitted(body: (model: LanguageModel) => Promise<void>): Promise<void> {
  await withLlama(PLAIN_LLAMA, await openBackend('cpu'), body, tokenizer);
}

/** The mean surprise around each token of passages that counts for a threshold. */
async function meansOf(
  model: LanguageModel,
  passages: readonly number[][],
  layer: number,
  probe: SurpriseProbe,
): Promise<number[]> {
  const output = `layers.${layer}.output`;
  const means: number[] = [];
  await withSession(model, { capture: [output] }, async (session) => {
    for (const row of passages) {
      const { captured } = await session.prefill([row]);
      means.push(...meansAround(row, captured.get(output)!.data, probe, tokenizer).slice(SKIPPED));
    }
  });
  return means;
}

/** Pieces of a word may have the same mean, in the last bits of which the two computations differ. */
function expectThreshold(means: readonly number[], threshold: number): void {
  const above = (least: number) => means.filter((mean) => mean > least).length;
  const expected = (PASSAGES * (TOKENS - SKIPPED) * 8) / 100;
  expect(above(threshold + ROUNDING)).toBeLessThanOrEqual(expected);
  expect(above(threshold - ROUNDING)).toBeGreaterThanOrEqual(expected);
  expect(above(threshold + 0.1)).toBeLessThan(above(threshold - 0.1));
}

it('finds the threshold that 8 in 100 of the tokens are above, for each layer', () =>
  fitted(async (model) => {
    const passages = drawnPassages(5);
    const probes = await fitSurpriseProbes(model, passages, LAYERS);
    expect([...probes.keys()]).toEqual(LAYERS);
    for (const [layer, probe] of probes) {
      expectThreshold(await meansOf(model, passages, layer, probe), probe.threshold);
    }
  }));

it('fits to unusual texts as to passages, and takes the threshold from the passages alone', () =>
  fitted(async (model) => {
    const [passages, unusual] = [drawnPassages(5), drawnPassages(6)];
    const through: number[] = [];
    const onPassage = (count: number) => through.push(count);
    const [probe] = [...(await fitSurpriseProbes(model, passages, [0], { unusual, onPassage })).values()];
    const [together] = [...(await fitSurpriseProbes(model, [...passages, ...unusual], [0])).values()];
    expect(through.at(-1)).toBe(2 * PASSAGES);
    expect(probe!.weights).toEqual(together!.weights);
    expect(probe!.bias).toBe(together!.bias);
    expect(probe!.threshold).not.toBe(together!.threshold);
    expectThreshold(await meansOf(model, passages, 0, probe!), probe!.threshold);
  }));
