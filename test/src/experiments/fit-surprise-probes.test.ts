import { fitSurpriseProbes } from '@geodesic/experiments';
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

it('finds the threshold that 8 in 100 of the tokens are above, for each layer', async () => {
  const tokenizer = letterTokenizer();
  const random = new SeededNumbers(5);
  const passages = Array.from({ length: PASSAGES }, () =>
    Array.from(random.normals(TOKENS, 1), (number) => Math.floor(Math.abs(number * 997)) % VOCABULARY),
  );
  await withLlama(
    PLAIN_LLAMA,
    await openBackend('cpu'),
    async (model) => {
      const probes = await fitSurpriseProbes(model, passages, LAYERS);
      expect([...probes.keys()]).toEqual(LAYERS);
      for (const [layer, probe] of probes) {
        const output = `layers.${layer}.output`;
        const means: number[] = [];
        await withSession(model, { capture: [output] }, async (session) => {
          for (const row of passages) {
            const { captured } = await session.prefill([row]);
            means.push(...meansAround(row, captured.get(output)!.data, probe, tokenizer).slice(SKIPPED));
          }
        });
        // Pieces of a word may have the same mean, in the last bits of which the two computations differ.
        const above = (least: number) => means.filter((mean) => mean > least).length;
        const expected = (PASSAGES * (TOKENS - SKIPPED) * 8) / 100;
        expect(above(probe.threshold + ROUNDING)).toBeLessThanOrEqual(expected);
        expect(above(probe.threshold - ROUNDING)).toBeGreaterThanOrEqual(expected);
        expect(above(probe.threshold + 0.1)).toBeLessThan(above(probe.threshold - 0.1));
      }
    },
    tokenizer,
  );
});
