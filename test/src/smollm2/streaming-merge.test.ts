import type { LanguageModel, StepResult } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestDifference } from '../difference.js';
import { continueGreedily } from '../next-token.js';
import { golden, loadSmolLM2 } from './smollm2-golden.js';

const GENERATED = 300;
const MERGE = { afterLayer: 15, keepStart: 4, keepEnd: 32 };
const PROMPT = golden.manifest.tokens.slice(0, 48);

describe('merging while SmolLM2 answers', () => {
  let model: LanguageModel;
  let answer: readonly number[];
  beforeAll(async () => {
    model = await loadSmolLM2('wasm');
    answer = await continueGreedily(model, PROMPT, { count: GENERATED, eos: -1 });
  }, 120_000);
  afterAll(() => model.dispose());

  it.each([24, 48, 80])(
    'equals a prefill of all that was merged, in chunks of %i',
    async (chunk) => {
      const streaming = model.session({ merge: { ...MERGE, chunk, stream: 'exact' } });
      const still = model.session({ merge: MERGE });
      let step: StepResult = await streaming.prefill([PROMPT]);
      let [merges, compared] = [0, 0];
      for (const [i, id] of answer.entries()) {
        const merged = i > 0 && step.merges.length > 0;
        step = await streaming.decode([[id]]);
        // Every second merge: each holds what all before it left.
        if (!merged || ++merges % 2 === 1) continue;
        compared += 1;
        await still.prefill([[...PROMPT, ...answer.slice(0, i)]]);
        const expected = await still.decode([[id]]);
        expect(streaming.slots).toEqual(still.slots);
        // Logits of 10 to 20; sums in another order move them by up to 1e-4.
        expect(largestDifference(step.logits.data, expected.logits.data)).toBeLessThanOrEqual(1e-3);
      }
      expect(compared).toBeGreaterThanOrEqual(1);
      for (const session of [streaming, still]) session.dispose();
    },
    240_000,
  );
});
