import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tensorCount } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { continueGreedily, likeliest, logSumExp } from '../next-token.js';
import { rowOf, tensorOf } from '../read-golden.js';
import { unprotected } from '../unprotected.js';
import { EOS, golden, loadSmolLM2 } from './smollm2-golden.js';

const { manifest } = golden;

/** Asked of the project; sums in another order alone move the logits by a tenth of it. */
const TOLERANCE = 2e-3;

describe('SmolLM2-135M-Instruct on wasm equals transformers', () => {
  let model: LanguageModel;
  let loaded = 0;
  beforeAll(async () => {
    model = await loadSmolLM2('wasm');
    loaded = tensorCount(model.device);
  }, 120_000);
  afterAll(() => {
    expect(tensorCount(model.device)).toBe(loaded);
    model.dispose();
  });

  it.each(manifest.cases)('last logits after $length tokens', async ({ length, last, top1 }) => {
    const { data } = await lastLogits(model, length, []);
    expect(likeliest(data)).toBe(top1);
    expect(largestDifference(data, rowOf(tensorOf(golden, 'last'), last))).toBeLessThan(TOLERANCE);
  });

  it.each(manifest.merged)('merged: $name', async ({ length, merges, k, top }) => {
    const { data, slots } = await lastLogits(model, length, merges);
    expect(slots).toBe(k);
    const expected = rowOf(tensorOf(golden, 'top/logits'), top);
    // The best 64 by their values, and the same ids.
    const sorted = [...data].sort((a, b) => b - a);
    expect(largestDifference(sorted.slice(0, expected.length), expected)).toBeLessThan(TOLERANCE);
    expect(Math.abs(logSumExp(data) - (tensorOf(golden, 'top/logsumexp').data[top] as number))).toBeLessThan(
      TOLERANCE,
    );
    const atIds = [...rowOf(tensorOf(golden, 'top/ids'), top)].map((id) => data[id] as number);
    expect(largestDifference(atIds, expected)).toBeLessThan(TOLERANCE);
  });

  it.each(manifest.continuations)('greedy continuation: $name', async ({ promptIds, ids, merges = [] }) => {
    const options = { count: ids.length, eos: EOS, merge: unprotected(merges) };
    expect(await continueGreedily(model, promptIds, options)).toEqual(ids);
  });
});

async function lastLogits(
  model: LanguageModel,
  length: number,
  merge: readonly SlerpMergeOptions[],
): Promise<{ data: Float32Array; slots: number | undefined }> {
  const session = model.session({ merge: unprotected(merge) });
  try {
    const { logits } = await session.prefill([manifest.tokens.slice(0, length)]);
    return { data: logits.data as Float32Array, slots: session.slots[0] };
  } finally {
    session.dispose();
  }
}
