import {
  compile,
  decodeBindings,
  GraphBuilder,
  graphCost,
  type Program,
  promptBindings,
  type SlerpMergeOptions,
  slerpMerge,
} from '@geodesic/compiler';
import { describe, expect, it, vi } from 'vitest';
import { windowedLlama as llama } from '../windowed-llama.js';
import { SMOLLM2 } from './llama-shapes.js';

const LENGTH = 512;
const LAYERS = 30;
const KV_BYTES_PER_TOKEN_AND_LAYER = 2 * 3 * 64 * 4;

const program = (...merges: SlerpMergeOptions[]) =>
  compile(llama(SMOLLM2), { passes: merges.map(slerpMerge) });
const prompt = ({ prefill }: Program, length = LENGTH, rows = 1) =>
  graphCost(prefill, promptBindings(prefill, length, rows));

const base = program();
const merged = program({ afterLayer: 15, keepStart: 0, keepEnd: 0 });

/** Products of a layer of `n` tokens that see themselves and those before: q and o, k and v, the gated mlp, q·kᵀ and p·v. */
function layerProducts(n: number): number {
  const attention = 2 * n * 576 * 576 * 2 + 2 * n * 576 * 192 * 2;
  const mlp = 2 * n * 576 * 1536 * 3;
  const pairs = (n * (n + 1)) / 2;
  return attention + mlp + 2 * pairs * 64 * 9 * 2;
}
const HEAD = 2 * 576 * 49152;

describe('the cost of SmolLM2', () => {
  it('is that of its matrix products and little more', () => {
    const products = LAYERS * layerProducts(LENGTH) + HEAD;
    const { flops } = prompt(base);
    expect(flops).toBeGreaterThan(products);
    expect(flops).toBeLessThan(products * 1.01);
  });

  it('has 134.5 million weights, the tied head counted once', () => {
    expect(prompt(base).parameterBytes).toBe(4 * 134_515_008);
    expect(prompt(merged).parameterBytes).toBe(4 * 134_515_008);
  });

  it('merged after layer 15 of 30 is close to three quarters in arithmetic', () => {
    const products = 16 * layerProducts(LENGTH) + 14 * layerProducts(LENGTH / 2) + HEAD;
    const [before, after] = [prompt(base).flops, prompt(merged).flops];
    expect(after / products).toBeGreaterThan(1);
    expect(after / products).toBeLessThan(1.01);
    expect(after / before).toBeCloseTo(0.758, 2);
  });

  it('caches 30·2·3·64·4 bytes a token; behind a merge, half as many tokens', () => {
    expect(prompt(base).kvCacheBytes).toBe(LAYERS * KV_BYTES_PER_TOKEN_AND_LAYER * LENGTH);
    expect(prompt(merged).kvCacheBytes).toBe(
      KV_BYTES_PER_TOKEN_AND_LAYER * (16 * LENGTH + (14 * LENGTH) / 2),
    );
    const { decode } = merged;
    const step = graphCost(decode, decodeBindings(decode, promptBindings(merged.prefill, LENGTH)));
    expect(step.kvCacheBytes).toBe(
      KV_BYTES_PER_TOKEN_AND_LAYER * (16 * (LENGTH + 1) + 14 * (LENGTH / 2 + 1)),
    );
  });

  it('names every layer, with its tokens', () => {
    const { byLayer } = prompt(merged);
    const layers = Array.from({ length: LAYERS }, (_, i) => `layers.${i}`);
    expect(byLayer.map(({ name }) => name)).toEqual([
      'embed',
      ...layers.slice(0, 16),
      'merge',
      ...layers.slice(16),
      'norm',
      'head',
    ]);
    const tokensOf = (name: string) => byLayer.find((layer) => layer.name === name)?.tokens;
    expect(['embed', 'layers.15', 'merge', 'layers.16', 'layers.29', 'head'].map(tokensOf)).toEqual([
      512, 512, 256, 256, 256, 1,
    ]);
    const total = byLayer.reduce((sum, { flops }) => sum + flops, 0);
    expect(total).toBe(prompt(merged).flops);
  });

  it('grows with rows, weights aside', () => {
    expect(prompt(merged, LENGTH, 3).flops).toBe(3 * prompt(merged).flops);
    expect(prompt(merged, LENGTH, 3).parameterBytes).toBe(prompt(merged).parameterBytes);
  });

  it('composes over two merges', () => {
    const twice = program(
      { afterLayer: 9, keepStart: 4, keepEnd: 32 },
      { afterLayer: 19, keepStart: 0, keepEnd: 0 },
    );
    // 512 → 4 + 238 + 32 = 274 → 137.
    const bindings = promptBindings(twice.prefill, LENGTH);
    expect([bindings.get('N9'), bindings.get('N9_19')]).toEqual([274, 137]);
    expect(
      prompt(twice)
        .byLayer.filter(({ name }) => name === 'merge')
        .map(({ tokens }) => tokens),
    ).toEqual([274, 137]);
    expect(prompt(twice).kvCacheBytes).toBe(KV_BYTES_PER_TOKEN_AND_LAYER * 10 * (512 + 274 + 137));
  });
});

it('compiling makes as many nodes for each layer, however many there are', () => {
  const made = (layers: number) => {
    const add = vi.spyOn(GraphBuilder.prototype, 'add');
    compile(llama({ ...SMOLLM2, numHiddenLayers: layers }), { passes: [slerpMerge({ afterLayer: 5 })] });
    const { length } = add.mock.calls;
    add.mockRestore();
    return length;
  };
  const [ten, twenty, thirty] = [made(10), made(20), made(30)];
  expect(ten).toBeGreaterThan(0);
  expect(thirty - twenty).toBe(twenty - ten);
});
