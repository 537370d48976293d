import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PACKED_TYPES } from '../webgpu/quantised-matrix.js';
import type { Input, Output } from './entries/fused-products.js';
import { runInChromium } from './run-in-chromium.js';

it.each(['serial', 'parallel'] as const)(
  'fused products compute what cpu does in Chromium: %s',
  async (variant) => {
    const input: Input = { variant };
    const entry = join(import.meta.dirname, 'entries/fused-products.ts');
    const outputs = await runInChromium<Output[]>(entry, input);
    // Six results of two numbers of rows, for each type and two sizes of float32.
    expect(outputs).toHaveLength(6 * 2 * (PACKED_TYPES.length + 2));
    expect(outputs.filter(({ share }) => !(share <= 1))).toEqual([]);
  },
  240_000,
);
