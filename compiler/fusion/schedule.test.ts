import { describe, expect, it } from 'vitest';
import type { ValueId } from '../ir/graph.js';
import { parseGraph } from '../ir/parse.js';
import { assignSlots } from './assign-slots.js';
import { inputsOf, type KernelStep, outputsOf } from './kernel-step.js';
import { fusionRules, schedule } from './schedule.js';

/** A layer of a decoder without a cache: products that share x, a gated product, and additions behind products. */
const LAYER = `graph "layer" {
  %0 = input() : i32[B, N:tokens] "tokens.ids"
  %1 = parameter() : f32[8, 50] "embed.weight"
  %2 = embedding(%0, %1) : f32[B, N:tokens, 8] "embed.output"
  %3 = parameter() : f32[8] "norm.weight"
  %4 = rmsNorm(%2, %3) {"eps":0.00001} : f32[B, N:tokens, 8] "normed"
  %5 = parameter() : f32[8, 16] "gate.weight"
  %6 = parameter() : f32[8, 16] "up.weight"
  %7 = parameter() : f32[16, 8] "down.weight"
  %8 = linear(%4, %5) : f32[B, N:tokens, 16] "gate"
  %9 = silu(%8) : f32[B, N:tokens, 16] "active"
  %10 = linear(%4, %6) : f32[B, N:tokens, 16] "up"
  %11 = mul(%10, %9) : f32[B, N:tokens, 16] "gated"
  %12 = linear(%11, %7) : f32[B, N:tokens, 8] "down"
  %13 = add(%2, %12) : f32[B, N:tokens, 8] "sum"
  %14 = rmsNorm(%13, %3) {"eps":0.00001} : f32[B, N:tokens, 8] "normed again"
  %15 = add(%14, %13) : f32[B, N:tokens, 8] "output"
  %16 = linear(%15, %5) : f32[B, N:tokens, 16] "first"
  %17 = linear(%15, %6) : f32[B, N:tokens, 16] "second"
  %18 = add(%16, %17) : f32[B, N:tokens, 16] "both"
  return %18 as "logits"
}`;

function named(steps: readonly KernelStep[]): string[] {
  return steps.map((step) => (step.kind === 'node' ? step.node.op : step.kind));
}

describe('schedule', () => {
  it('takes the largest step for each value, and leaves out what a step has swallowed', () => {
    const { steps, counts } = schedule(parseGraph(LAYER));
    expect(named(steps)).toEqual([
      'embedding',
      'rmsNorm',
      'gatedProduct',
      'productInto',
      'normInto',
      'products',
      'productInto',
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      gatedProduct: 1,
      productWithResidual: 2,
      normWithResidual: 1,
      product: 1,
    });
  });

  it('computes a value of its own where others need it, or the graph hands it out', () => {
    const shown = LAYER.replace(
      'return %18',
      'return %9 as "capture.active"\n  return %12 as "capture.down"\n  return %18',
    );
    const { steps } = schedule(parseGraph(shown));
    expect(named(steps)).toEqual([
      'embedding',
      'rmsNorm',
      'productInto',
      'products',
      'mul',
      'products',
      'add',
      'normInto',
      'products',
      'productInto',
    ]);
  });

  it('gives products that share x to one step, at most three of them', () => {
    const four = LAYER.replace(/ {2}%4 =[\s\S]*/, () => {
      const products = Array.from(
        { length: 4 },
        (_, i) => `  %${i + 4} = linear(%2, %3) : f32[B, N:tokens, 8] "p${i}"`,
      );
      return `${products.join('\n')}\n${products.map((_, i) => `  return %${i + 4} as "p${i}"`).join('\n')}\n}`;
    }).replace('f32[8] "norm.weight"', 'f32[8, 8] "weight"');
    const { steps } = schedule(parseGraph(four));
    expect(steps.map((step) => (step.kind === 'products' ? step.projections.length : 0))).toEqual([0, 3, 1]);
  });

  it('runs every node by itself where there is no rule', () => {
    const { steps } = schedule(parseGraph(LAYER), []);
    expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(['node']));
    expect(steps).toHaveLength(13);
  });
});

describe('assignSlots', () => {
  it.each([
    ['fused', fusionRules, 4],
    ['node by node', [], 4],
  ] as const)('never gives a slot to a value while another in it is needed, %s', (_, rules, most) => {
    const scheduled = schedule(parseGraph(LAYER), rules);
    const logits = scheduled.outputs.get('logits');
    const { slots, count } = assignSlots(scheduled, (id) => id === logits);
    const holders = new Map<number, ValueId>();
    for (const step of scheduled.steps) {
      for (const id of inputsOf(step)) {
        const slot = slots.get(id);
        if (slot !== undefined) expect(holders.get(slot)).toBe(id);
      }
      for (const id of outputsOf(step)) {
        const slot = slots.get(id);
        if (slot === undefined) continue;
        // Not even the step's own inputs: a kernel can't read a buffer that it writes.
        expect(inputsOf(step).map((input) => slots.get(input))).not.toContain(slot);
        holders.set(slot, id);
      }
    }
    expect(slots.has(logits as ValueId)).toBe(false);
    expect(count).toBeLessThanOrEqual(most);
  });

  it('prefers a slot that a value of the same size has left', () => {
    const scheduled = schedule(parseGraph(LAYER), []);
    const { slots } = assignSlots(scheduled, () => false);
    const slotOf = (name: string) => slots.get(scheduled.graph.nodes.findIndex((node) => node.name === name));
    expect(slotOf('up')).toBe(slotOf('gate'));
  });
});
