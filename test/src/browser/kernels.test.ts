import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Input, Output } from './entries/kernels.js';
import { runInChromium } from './run-in-chromium.js';

it("WebGPU's kernels compute what cpu does in Chromium", async () => {
  const input: Input = {
    groups: [
      'norms',
      'rope',
      'attention',
      'products',
      'packed products',
      'packed lookups',
      'lookups and caches',
      'activations',
    ],
    variants: ['serial', 'parallel'],
  };
  const outputs = await runInChromium<Output[]>(join(import.meta.dirname, 'entries/kernels.ts'), input);
  expect(outputs.length).toBeGreaterThan(100);
  expect(outputs.filter(({ share }) => !(share <= 1))).toEqual([]);
}, 240_000);
