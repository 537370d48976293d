import { describe, expect, it } from 'vitest';
import { parseGraph } from '../ir/parse.js';
import { decodeBindings, promptBindings } from './bindings.js';
import { graphCost } from './graph-cost.js';
import { sectionsOf } from './section.js';

const prefill = parseGraph(`graph "test.prefill" {
  %0 = input() : f32[B, N:tokens] "tokens.sizes"
  %1 = input() : i32[B, N:tokens, 2] "tokens.extents"
  %2 = input() : i32[B, N:tokens] "tokens.ids"
  %3 = parameter() : f32[8, 16] "embed.weight"
  %4 = embedding(%2, %3) : f32[B, N:tokens, 8] "embed.output"
  %5 = parameter() : f32[8, 8] "layers.0.weight"
  %6 = linear(%4, %5) : f32[B, N:tokens, 8] "layers.0.output"
  %7 = mergePlan(%1, %0) {"keepStart":1,"keepEnd":2,"minLength":4,"pairing":"consecutive","keepEndThreshold":2,"domain":"tokens/2@0","symbol":"N0"} : i32[B, N0:tokens/2@0, 3] "tokens/2@0.plan"
  %8 = mergedExtents(%1, %7) : i32[B, N0:tokens/2@0, 2] "tokens/2@0.extents"
  %9 = mergedSizes(%0, %7) : f32[B, N0:tokens/2@0] "tokens/2@0.sizes"
  %10 = tokenMerge(%6, %7) {"interpolation":"drop"} : f32[B, N0:tokens/2@0, 8] "layers.0.merged"
  %11 = parameter() : f32[8, 8] "layers.1.weight"
  %12 = linear(%10, %11) : f32[B, N0:tokens/2@0, 8] "layers.1.output"
  %13 = mergePlan(%8, %9) {"keepStart":0,"keepEnd":0,"minLength":4,"pairing":"consecutive","keepEndThreshold":0,"domain":"tokens/2@0/2@1","symbol":"N0_1"} : i32[B, N0_1:tokens/2@0/2@1, 3] "tokens/2@0/2@1.plan"
  %14 = tokenMerge(%12, %13) {"interpolation":"drop"} : f32[B, N0_1:tokens/2@0/2@1, 8] "layers.1.merged"
  %15 = lastToken(%14) : f32[B, 8] "lastToken"
  %16 = linear(%15, %3) : f32[B, 16] "head.logits"
  %17 = targets(%1, %0) : i32[B, N:tokens] "targets"
  return %16 as "logits"
  return %17 as "targets"
  return %6 as "cache.layers.0.keys"
  return %12 as "cache.layers.1.keys"
  return %9 as "cache.tokens/2@0.sizes"
}`);

const decode = parseGraph(`graph "test.decode" {
  %0 = state() : f32[B, P:tokens, 8] "cache.layers.0.keys"
  %1 = state() : f32[B, P0:tokens/2@0, 8] "cache.layers.1.keys"
  %2 = state() : f32[B, P0_1:tokens/2@0/2@1, 8] "cache.layers.2.keys"
}`);

describe('promptBindings', () => {
  it('binds the slots behind each merge, one feeding the next', () => {
    // 10 tokens: 1 + 3 pairs + 1 odd + 2; then 7 slots: 3 pairs and 1.
    expect([...promptBindings(prefill, 10, 3)]).toEqual([
      ['B', 3],
      ['N', 10],
      ['N0', 7],
      ['N0_1', 4],
    ]);
    expect(promptBindings(prefill, 4).get('N0_1')).toBe(2);
    expect(promptBindings(prefill, 3).get('N0')).toBe(3);
  });

  it('counts slots of whole groups, and of the share of them that a ratio takes', () => {
    const chosen = parseGraph(`graph "test.prefill" {
      %0 = input() : f32[B, N:tokens] "tokens.sizes"
      %1 = input() : i32[B, N:tokens, 2] "tokens.extents"
      %2 = input() : f32[B, N:tokens, 8] "states"
      %3 = mergePlan(%1, %0) {"group":3,"keepStart":1,"keepEnd":2,"minLength":4,"pairing":"consecutive","keepEndThreshold":2,"domain":"tokens/3@0?","symbol":"C0"} : i32[B, C0:tokens/3@0?, 4] "candidates"
      %4 = mergeStatistics(%2, %3) : f32[B, C0:tokens/3@0?, 2] "similarity"
      %5 = mergeChoice(%3, %4) {"ratio":0.5,"threshold":-1,"normFactor":null,"domain":"tokens/3@0","symbol":"N0"} : i32[B, N0:tokens/3@0, 4] "plan"
      return %5 as "plan"
    }`);
    // 21 tokens: 1 + 6 groups + 2, of which 3 are made.
    expect(Object.fromEntries(promptBindings(chosen, 21))).toEqual({ B: 1, N: 21, C0: 9, N0: 15 });
  });

  it.each([
    // 2 + 7 pairs + 1 that waits for a partner + 3.
    [20, 13, 4],
    [19, 12, 3],
    // No region yet: all behind the kept start.
    [6, 6, 4],
    [1, 1, 0],
  ])('counts what may still merge behind %i tokens', (length, slots, tail) => {
    expect(Object.fromEntries(promptBindings(streaming, length))).toEqual({
      B: 1,
      N: length,
      N0: slots,
      T0: tail,
    });
  });
});

describe('decodeBindings', () => {
  it('finds cached what the prefill added', () => {
    const bindings = decodeBindings(decode, promptBindings(prefill, 10, 3));
    expect(Object.fromEntries(bindings)).toEqual({ B: 3, N: 1, P: 10, P0: 7, P0_1: 4 });
    expect(decodeBindings(decode, promptBindings(prefill, 10), 5).get('N')).toBe(5);
  });

  it('refuses the bindings of another program', () => {
    const other = new Map([
      ['B', 1],
      ['N', 10],
    ]);
    expect(() => decodeBindings(decode, other)).toThrow("graph 'test.decode' needs 'N0' of the prefill");
  });
});

const streaming = parseGraph(`graph "test" {
  %0 = input() : f32[B, N:tokens] "tokens.sizes"
  %1 = input() : i32[B, N:tokens, 2] "tokens.extents"
  %2 = input() : f32[B, N:tokens, 8] "states"
  %3 = exp(%2) : f32[B, N:tokens, 8] "layers.0.output"
  %4 = mergePlan(%1, %0) {"keepStart":2,"keepEnd":3,"minLength":4,"pairing":"consecutive","keepEndThreshold":3,"domain":"tokens/2@0","symbol":"N0"} : i32[B, N0:tokens/2@0, 3] "tokens/2@0.plan"
  %5 = tokenMerge(%3, %4) {"interpolation":"slerp"} : f32[B, N0:tokens/2@0, 8] "layers.0.merged"
  %6 = mergeTail(%1, %0, %4) {"keepStart":2,"domain":"tokens/tail@0","symbol":"T0"} : i32[B, T0:tokens/tail@0, 3] "tokens/tail@0.plan"
  %7 = tokenMerge(%3, %6) {"interpolation":"mean"} : f32[B, T0:tokens/tail@0, 8] "tokens/tail@0.states"
  return %5 as "states"
  return %7 as "cache.layers.0.tail"
}`);

describe('graphCost', () => {
  const cost = graphCost(prefill, promptBindings(prefill, 10));

  it('groups by layer, with the tokens that leave it', () => {
    expect(cost.byLayer.map(({ name, tokens, domain }) => [name, tokens, domain])).toEqual([
      ['embed', 10, 'tokens'],
      ['layers.0', 10, 'tokens'],
      ['merge', 7, 'tokens/2@0'],
      ['layers.1', 7, 'tokens/2@0'],
      ['merge', 4, 'tokens/2@0/2@1'],
      ['norm', 1, undefined],
      ['head', 1, undefined],
    ]);
    expect(cost.byLayer.map(({ flops }) => flops)).toEqual([0, 1280, 7, 896, 0, 0, 256 + 10]);
  });

  it('sums to the whole graph, weights and caches apart', () => {
    expect(cost.flops).toBe(1280 + 7 + 896 + 266);
    expect(cost.bytes).toBe(cost.byLayer.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(cost.parameterBytes).toBe(4 * (128 + 64 + 64));
    expect(cost.kvCacheBytes).toBe(4 * 8 * (10 + 7));
  });

  it('needs every symbol', () => {
    expect(() => graphCost(prefill, new Map([['B', 1]]))).toThrow("'N' is not bound");
  });
});

describe('sectionsOf', () => {
  it('puts every node into one section', () => {
    const ids = sectionsOf(prefill).flatMap(({ nodes }) => nodes.map(({ id }) => id));
    expect(ids.sort((a, b) => a - b)).toEqual(prefill.nodes.map(({ id }) => id));
  });

  it('takes the merged tokens of a merge that goes on, not its tail', () => {
    const merge = sectionsOf(streaming).find(({ name }) => name === 'merge');
    expect(merge?.result?.name).toBe('layers.0.merged');
    expect(merge?.nodes.map(({ name }) => name)).toContain('tokens/tail@0.states');
  });

  it('takes the tokens of what goes on to the next layer, not of the context that is cached last', () => {
    const [section] = sectionsOf(
      parseGraph(`graph "test" {
  %0 = state() : f32[B, P:tokens, 8] "cache.layers.0.states"
  %1 = input() : f32[B, N:tokens, 8] "layers.0.x"
  %2 = exp(%1) : f32[B, N:tokens, 8] "layers.0.output"
  %3 = cacheAppend(%0, %2) : f32[B, N+P:tokens, 8] "cache.layers.0.states.appended"
}`),
    );
    expect(section?.result?.name).toBe('layers.0.output');
    expect(section?.nodes).toHaveLength(4);
  });
});
