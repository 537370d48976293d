import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestDifference } from '../difference.js';
import { continueGreedily } from '../next-token.js';
import { rowOf, tensorOf } from '../read-golden.js';
import { EOS, golden, loadSmolLM2 } from './smollm2-golden.js';

/** Short, since cpu computes about 1 GFLOP a second; the keeps are small and nothing is protected, so that it merges all the same. */
const PROMPT = golden.manifest.continuations.find(({ name }) => name === 'plain-gravity')?.promptIds ?? [];
const MERGE: SlerpMergeOptions = { afterLayer: 15, keepStart: 1, keepEnd: 1, protect: [] };
const NEW_TOKENS = 20;
const UNMERGED = { count: NEW_TOKENS, eos: EOS };
const MERGED = { ...UNMERGED, merge: [MERGE] };

describe('SmolLM2-135M-Instruct on cpu and webgpu', () => {
  let cpu: LanguageModel;
  let webgpu: LanguageModel;
  beforeAll(async () => {
    [cpu, webgpu] = [await loadSmolLM2('cpu'), await loadSmolLM2('webgpu')];
  }, 120_000);
  afterAll(() => {
    cpu.dispose();
    webgpu.dispose();
  });

  it.each(golden.manifest.cases.filter(({ length }) => length <= 7))(
    "cpu's last logits after $length tokens equal transformers'",
    async ({ length, last }) => {
      const session = cpu.session();
      const { logits } = await session.prefill([golden.manifest.tokens.slice(0, length)]);
      session.dispose();
      expect(largestDifference(logits.data, rowOf(tensorOf(golden, 'last'), last))).toBeLessThan(2e-3);
    },
  );

  it('the same 20 greedy tokens, unmerged', async () => {
    const expected = golden.manifest.continuations
      .find(({ name }) => name === 'plain-gravity')
      ?.ids.slice(0, NEW_TOKENS);
    expect(await continueGreedily(cpu, PROMPT, UNMERGED)).toEqual(expected);
    expect(await continueGreedily(webgpu, PROMPT, UNMERGED)).toEqual(expected);
  }, 240_000);

  it('the same 20 greedy tokens, merged', async () => {
    const session = cpu.session({ merge: MERGE });
    await session.prefill([PROMPT]);
    expect(session.slots).toEqual([PROMPT.length - 2]);
    session.dispose();
    const merged = await continueGreedily(cpu, PROMPT, MERGED);
    expect(await continueGreedily(webgpu, PROMPT, MERGED)).toEqual(merged);
  }, 240_000);
});
