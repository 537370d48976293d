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

const MODEL = 'tiny-mistral';
const PROMPT = new SeededNumbers(11).integers(33, 96);
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
async function runOnCpu(): Promise<Output[]> {
  const model = await loadTinyModel(MODEL, await cpuBackend.open());
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

it("a tiny model, merged and not, gives cpu's logits in Chromium with WebGPU", async () => {
  const input: Input = {
    ...(await tinyModelFiles(MODEL)),
    prompt: PROMPT,
    next: NEXT,
    runs: RUNS,
  };
  const outputs = await runInChromium<Output[]>(join(import.meta.dirname, 'entries/tiny-model.ts'), input);
  const expected = await runOnCpu();
  expect(outputs.map(({ slots }) => slots)).toEqual(expected.map(({ slots }) => slots));
  // Merged or not, each run has a length of its own.
  expect(new Set(outputs.map(({ prefill }) => prefill.length)).size).toBe(RUNS.length);
  for (const [run, { prefill, decoded }] of expected.entries()) {
    expect(largestDifference(outputs[run]?.prefill ?? [], prefill)).toBeLessThanOrEqual(TOLERANCE);
    expect(largestDifference(outputs[run]?.decoded.flat() ?? [], decoded.flat())).toBeLessThanOrEqual(
      TOLERANCE,
    );
  }
});
