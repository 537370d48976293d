import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Input, Output } from './entries/kernels.js';
import { runInChromium } from './run-in-chromium.js';

const GROUPS = [
  ['norms', 'rope', 'attention', 'products', 'lookups and caches', 'activations'],
  ['packed products', 'packed lookups'],
];

it.each(GROUPS.map((groups) => ({ groups })))(
  "WebGPU's kernels compute what cpu does in Chromium: $groups",
  async ({ groups }) => {
    const input: Input = { groups, variants: ['serial', 'parallel'] };
    const outputs = await runInChromium<Output[]>(join(import.meta.dirname, 'entries/kernels.ts'), input);
    expect(outputs.length).toBeGreaterThan(100);
    expect(outputs.filter(({ share }) => !(share <= 1))).toEqual([]);
  },
  240_000,
);
