import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tensorCount } from '../describe-backends.js';
import { continueGreedily, likeliest, logSumExp } from '../next-token.js';
import { unprotected } from '../unprotected.js';
import { EOS, golden, loadGemma3, type NextToken } from './gemma3-golden.js';

/** Of logits of 20 to 30; sums in another order move them by up to 2e-4. */
const TOLERANCE = 1e-3;

describe('Gemma 3 270M on wasm equals transformers', () => {
  let model: LanguageModel;
  let loaded = 0;
  beforeAll(async () => {
    model = await loadGemma3('wasm');
    loaded = tensorCount(model.device);
  }, 600_000);
  afterAll(() => {
    expect(tensorCount(model.device)).toBe(loaded);
    model.dispose();
  });

  it('has 20 prompts, two of them longer than the window of 512', () => {
    expect(golden.prompts).toHaveLength(20);
    expect(golden.prompts.filter(({ ids }) => ids.length > 512)).toHaveLength(2);
  });

  it.each(golden.prompts)('the next token: $name', async (prompt) => {
    expect(model.tokenizer?.encode(prompt.text)).toEqual(prompt.ids);
    await expectNextToken(model, prompt);
  });

  it.each(golden.merged)('the next token: $name', async (prompt) => {
    expect(await expectNextToken(model, prompt, prompt.merges)).toBe(prompt.k);
  });

  it.each(golden.continuations)('greedy continuation: $name', async ({ promptIds, ids, text }) => {
    expect(await continueGreedily(model, promptIds, { count: ids.length, eos: EOS })).toEqual(ids);
    expect(model.tokenizer?.decode(ids)).toBe(text);
  });
});

/** Runs a prompt, compares the likeliest tokens and their logits, and gives the slots behind the last merge. */
async function expectNextToken(
  model: LanguageModel,
  { ids, top1, top, logsumexp }: NextToken,
  merge: readonly SlerpMergeOptions[] = [],
): Promise<number | undefined> {
  const session = model.session({ merge: unprotected(merge) });
  const { logits } = await session.prefill([ids]);
  const slots = session.slots[0];
  session.dispose();
  const data = logits.data as Float32Array;
  expect(likeliest(data)).toBe(top1);
  for (const [id, logit] of top) expect(Math.abs((data[id] as number) - logit)).toBeLessThan(TOLERANCE);
  expect(Math.abs(logSumExp(data) - logsumexp)).toBeLessThan(TOLERANCE);
  return slots;
}
