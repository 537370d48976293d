import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Input, Output } from './entries/half-caches.js';
import { runInChromium } from './run-in-chromium.js';

/** Over the same rounded keys and values: sums of up to some thousand terms in another order, and WGSL's coarser exp. */
const TOLERANCE = 5e-6;

it('attention over caches of half floats computes what plain loops do in Chromium', async () => {
  const input: Input = { variants: ['serial', 'parallel'] };
  const outputs = await runInChromium<Output[]>(join(import.meta.dirname, 'entries/half-caches.ts'), input);
  expect(outputs.length).toBeGreaterThan(80);
  expect(outputs.filter(({ difference }) => !(difference <= TOLERANCE))).toEqual([]);
}, 240_000);
