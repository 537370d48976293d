import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, graphCost, promptBindings, slerpMerge } from '@geodesic/compiler';
import { PrefillCost } from '@geodesic/experiments';
import { modelFromHuggingFace } from '@geodesic/models';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';

interface Costs {
  readonly linear: number;
  readonly attention: number;
  readonly kvBytes: number;
}

/** Counted by torch on Hugging Face's models, and by hand; see test/oracle/costs.py. */
const cases = JSON.parse(readFileSync(join(GOLDENS, 'costs.json'), 'utf8')) as readonly {
  readonly name: string;
  readonly length: number;
  readonly config: Record<string, unknown>;
  readonly weights: number;
  readonly base: Costs;
  readonly merged: Costs & { readonly afterLayer: number; readonly slots: number };
}[];

/** Norms, activations, rotations and softmaxes are all that comes on top. */
const MOST_BESIDES = 1.02;

describe.each(cases)('the cost of a prefill: $name', ({ length, config, weights, base, merged }) => {
  const { model } = modelFromHuggingFace(config);
  const { afterLayer } = merged;

  it('is that of its products and little more, unmerged and merged', () => {
    const own = new PrefillCost(model, undefined).costOf(length, length);
    const other = new PrefillCost(model, { afterLayer }).costOf(merged.slots, length);
    for (const [{ flops }, { linear, attention }] of [
      [own, base],
      [other, merged],
    ] as const) {
      const products = linear + attention;
      expect(flops / products).toBeGreaterThan(1);
      expect(flops / products).toBeLessThan(MOST_BESIDES);
    }
    expect(own.kvCacheBytes).toBe(base.kvBytes);
    expect(other.kvCacheBytes).toBe(merged.kvBytes);
  });

  it('counts each weight once, and as many slots as the merge leaves where nothing is protected', () => {
    const { prefill } = compile(model, { passes: [slerpMerge({ afterLayer })] });
    const bindings = promptBindings(prefill, length);
    expect(bindings.get(`N${afterLayer}`)).toBe(merged.slots);
    expect(graphCost(prefill, bindings).parameterBytes).toBe(4 * weights);
  });
});
