import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Input, Output } from './entries/small-ops.js';
import { findChromium } from './find-chromium.js';
import { runInChromium } from './run-in-chromium.js';
import { WASM_PATH } from './serve.js';

const entry = (name: string) => join(import.meta.dirname, 'entries', `${name}.ts`);

describe('runInChromium', () => {
  it('runs the webgpu and wasm backends in a page', async () => {
    const input: Input = { wasmPath: WASM_PATH };
    const outputs = await runInChromium<Output[]>(entry('small-ops'), input);
    expect(outputs.map(({ name }) => name)).toEqual(['webgpu', 'wasm']);
    expect(outputs[0]?.description).toMatch(/swiftshader.* \(software\)$/i);
    expect(outputs[1]?.description).toBe('WebAssembly with SIMD, one thread');
    for (const { matMul, softmax } of outputs) {
      expect(matMul).toEqual([1, 3, 3, 7]);
      expect(softmax[0]).toBeCloseTo(0.25, 6);
      expect(softmax[1]).toBeCloseTo(0.75, 6);
    }
  });

  it.each([
    ['throws', 'main threw this'],
    ['console', 'main printed this'],
    ['uncaught', 'a timer threw this'],
    ['gpu', 'Error while parsing WGSL'],
  ])('fails when main %s', async (kind, message) => {
    await expect(runInChromium(entry('failures'), kind)).rejects.toThrow(message);
  });
});

it('says how to install a missing Chromium', () => {
  expect(() => findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toThrow(/run scripts\/install-chromium/);
});
