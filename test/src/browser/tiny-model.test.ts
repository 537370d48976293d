import { join } from 'node:path';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { largestDifference } from '../difference.js';
import { loadTinyModel } from '../models/tiny-models.js';
import { SeededNumbers } from '../seeded-numbers.js';
import type { Input, Output } from './entries/tiny-model.js';
import { runInChromium } from './run-in-chromium.js';
import { tinyModelFiles } from './tiny-model-files.js';

/** Asked of the project is 1e-3; SwiftShader stays far below. */
const TOLERANCE = 1e-4;

const PROMPT = new SeededNumbers(11).integers(33, 64);
const NEXT = [5, 6, 7];
const RUNS: readonly (readonly SlerpMergeOptions[])[] = [
  [],
  [{ afterLayer: 1, keepStart: 2, keepEnd: 3 }],
  [
    { afterLayer: 0, keepStart: 0, keepEnd: 0, interpolation: 'norm-preserving', positions: 'last' },
    { afterLayer: 2, keepStart: 1, keepEnd: 4, interpolation: 'mean', proportionalAttention: false },
  ],
  [{ afterLayer: 1, interpolation: 'reference', keepStart: 3, keepEnd: 4, keepEndThreshold: 12 }],
];

/** The same runs on cpu, which the goldens prove right. */
async function runOnCpu(name: string): Promise<Output[]> {
  const model = await loadTinyModel(name, await cpuBackend.open());
  const outputs: Output[] = [];
  for (const merge of RUNS) {
    const session = model.session({ merge, logits: 'all' });
    const prefill = [...(await session.prefill([PROMPT])).logits.data];
    const { slots } = session;
    const decoded: number[][] = [];
    for (const id of NEXT) decoded.push([...(await session.decode([[id]])).logits.data]);
    outputs.push({ prefill, decoded, slots });
    session.dispose();
  }
  model.dispose();
  return outputs;
}

/** Windows, ALiBi with layer norms, and soft caps. */
const MODELS = [
  { name: 'tiny-mistral', variant: undefined },
  { name: 'tiny-mistral', variant: 'parallel' },
  { name: 'tiny-bloom', variant: 'parallel' },
  { name: 'tiny-gemma2', variant: 'parallel' },
] as const;

it.each(MODELS)(
  "$name, merged and not, gives cpu's logits in Chromium with WebGPU, kernels $variant",
  async ({ name, variant }) => {
    const files = await tinyModelFiles(name);
    const input: Input = { ...files, variant, prompt: PROMPT, next: NEXT, runs: RUNS };
    const entry = join(import.meta.dirname, 'entries/tiny-model.ts');
    const outputs = await runInChromium<Output[]>(entry, input);
    const expected = await runOnCpu(name);
    expect(outputs.map(({ slots }) => slots)).toEqual(expected.map(({ slots }) => slots));
    // Merged or not, each run has a length of its own.
    expect(new Set(outputs.map(({ prefill }) => prefill.length)).size).toBe(RUNS.length);
    for (const [run, { prefill, decoded }] of expected.entries()) {
      const [of, next] = [outputs[run]?.prefill ?? [], outputs[run]?.decoded.flat() ?? []];
      expect(largestDifference(of, prefill)).toBeLessThanOrEqual(TOLERANCE);
      expect(largestDifference(next, decoded.flat())).toBeLessThanOrEqual(TOLERANCE);
    }
  },
  240_000,
);
