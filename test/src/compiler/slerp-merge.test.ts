import { compile, type Graph, printGraph, type SlerpMergeOptions, slerpMerge } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { windowedLlama as llama } from '../windowed-llama.js';
import { TINY } from './llama-shapes.js';

const merged = (config: Partial<typeof TINY>, ...merges: SlerpMergeOptions[]) =>
  compile(llama({ ...TINY, ...config }), { passes: merges.map(slerpMerge) });

/** Without source locations, which move with the lines of the model. */
const golden = (graph: Graph) => printGraph(graph).replace(/ @\S+:\d+:\d+$/gm, '');

const masks = (graph: Graph) =>
  graph.nodes.flatMap((node) => (node.op === 'attentionMask' ? [node.attributes] : []));

const symbols = (graph: Graph) =>
  new Set(
    graph.nodes
      .flatMap(({ type }) => type.axes.map(({ size, domain }) => [size, domain] as const))
      .flatMap(([size, domain]) =>
        typeof size === 'number' || domain === undefined
          ? []
          : size.terms.map(({ symbol }) => `${symbol}:${domain}`),
      ),
  );

describe('slerpMerge', () => {
  it('makes slots of as many tokens as a group has; two are the default', () => {
    const of = (options: Partial<SlerpMergeOptions>) => merged({}, { afterLayer: 0, ...options }).prefill;
    expect(printGraph(of({ group: 2 }))).toBe(printGraph(of({})));
    for (const group of [3, 4] as const) {
      const lines = printGraph(of({ group, ratio: 0.5 })).split('\n');
      const typeOf = (name: string) =>
        lines.find((line) => line.includes(`"${name}"`))?.match(/: (\S+\[.*?\]) /)?.[1];
      const domain = `tokens/${group}@0`;
      expect(typeOf(`${domain}.candidates`)).toBe(`i32[B, C0:${domain}?, ${group + 1}]`);
      expect(typeOf(`${domain}.plan`)).toBe(`i32[B, N0:${domain}, ${group + 1}]`);
      expect(typeOf('layers.0.merged')).toBe(`f32[B, N0:${domain}, 8]`);
      expect(typeOf('layers.1.output')).toBe(`f32[B, N0:${domain}, 8]`);
    }
  });

  it('rewrites a prompt’s graph', () => {
    expect(golden(merged({}, { afterLayer: 0 }).prefill)).toMatchInlineSnapshot(`
      "graph "llama.prefill" {
        %0 = input() : i32[B, N:tokens] "tokens.ids"
        %1 = parameter() : f32[8, 11] "embed.weight"
        %2 = embedding(%0, %1) : f32[B, N:tokens, 8] "embed.output"
        %3 = parameter() : f32[8] "layers.0.attentionNorm.weight"
        %4 = rmsNorm(%2, %3) {"eps":0.00001} : f32[B, N:tokens, 8] "layers.0.attentionNorm.output"
        %5 = parameter() : f32[8, 8] "layers.0.attention.query.weight"
        %6 = linear(%4, %5) : f32[B, N:tokens, 8] "layers.0.attention.linear"
        %7 = splitHeads(%6) {"heads":2} : f32[B, N:tokens, 2, 4] "layers.0.attention.splitHeads"
        %8 = input() : f32[B, N:tokens] "tokens.positionIds"
        %9 = rotaryCos(%8) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "layers.0.attention.rotaryCos"
        %10 = rotarySin(%8) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "layers.0.attention.rotarySin"
        %11 = rope(%7, %9, %10) {"interleaved":false} : f32[B, N:tokens, 2, 4] "layers.0.attention.queries"
        %12 = parameter() : f32[8, 4] "layers.0.attention.key.weight"
        %13 = linear(%4, %12) : f32[B, N:tokens, 4] "layers.0.attention.linear#2"
        %14 = splitHeads(%13) {"heads":1} : f32[B, N:tokens, 1, 4] "layers.0.attention.splitHeads#2"
        %15 = rope(%14, %9, %10) {"interleaved":false} : f32[B, N:tokens, 1, 4] "layers.0.attention.keys"
        %16 = parameter() : f32[8, 4] "layers.0.attention.value.weight"
        %17 = linear(%4, %16) : f32[B, N:tokens, 4] "layers.0.attention.linear#3"
        %18 = splitHeads(%17) {"heads":1} : f32[B, N:tokens, 1, 4] "layers.0.attention.values"
        %19 = input() : i32[B, N:tokens, 2] "tokens.extents"
        %20 = input() : f32[B, N:tokens] "tokens.sizes"
        %21 = attentionMask(%19, %20, %19, %20) {"window":null,"proportional":false} : f32[B, 1, N:tokens, N:tokens] "layers.0.attention.attentionMask"
        %22 = attention(%11, %15, %18, %21) {"scale":0.5,"softcap":null} : f32[B, N:tokens, 2, 4] "layers.0.attention.attention"
        %23 = mergeHeads(%22) : f32[B, N:tokens, 8] "layers.0.attention.context"
        %24 = parameter() : f32[8, 8] "layers.0.attention.output.weight"
        %25 = linear(%23, %24) : f32[B, N:tokens, 8] "layers.0.attention.output"
        %26 = add(%2, %25) : f32[B, N:tokens, 8] "layers.0.add"
        %27 = parameter() : f32[8] "layers.0.mlpNorm.weight"
        %28 = rmsNorm(%26, %27) {"eps":0.00001} : f32[B, N:tokens, 8] "layers.0.mlpNorm.output"
        %29 = parameter() : f32[8, 12] "layers.0.mlp.gate.weight"
        %30 = linear(%28, %29) : f32[B, N:tokens, 12] "layers.0.mlp.linear"
        %31 = silu(%30) : f32[B, N:tokens, 12] "layers.0.mlp.silu"
        %32 = parameter() : f32[8, 12] "layers.0.mlp.up.weight"
        %33 = linear(%28, %32) : f32[B, N:tokens, 12] "layers.0.mlp.linear#2"
        %34 = mul(%31, %33) : f32[B, N:tokens, 12] "layers.0.mlp.mul"
        %35 = parameter() : f32[12, 8] "layers.0.mlp.down.weight"
        %36 = linear(%34, %35) : f32[B, N:tokens, 8] "layers.0.mlp.output"
        %37 = add(%26, %36) : f32[B, N:tokens, 8] "layers.0.output"
        %38 = mergePlan(%19, %20) {"keepStart":4,"keepEnd":32,"minLength":4,"pairing":"consecutive","keepEndThreshold":32,"domain":"tokens/2@0","symbol":"N0"} : i32[B, N0:tokens/2@0, 3] "tokens/2@0.plan"
        %39 = mergedExtents(%19, %38) : i32[B, N0:tokens/2@0, 2] "tokens/2@0.extents"
        %40 = mergedSizes(%20, %38) : f32[B, N0:tokens/2@0] "tokens/2@0.sizes"
        %41 = mergedPositions(%8, %38, %39, %40) {"strategy":"midpoint"} : f32[B, N0:tokens/2@0] "tokens/2@0.positionIds"
        %42 = tokenMerge(%37, %38) {"interpolation":"slerp"} : f32[B, N0:tokens/2@0, 8] "layers.0.merged"
        %43 = mergeStatistics(%37, %38) : f32[B, N0:tokens/2@0, 2] "tokens/2@0.statistics"
        %44 = parameter() : f32[8] "layers.1.attentionNorm.weight"
        %45 = rmsNorm(%42, %44) {"eps":0.00001} : f32[B, N0:tokens/2@0, 8] "layers.1.attentionNorm.output"
        %46 = parameter() : f32[8, 8] "layers.1.attention.query.weight"
        %47 = linear(%45, %46) : f32[B, N0:tokens/2@0, 8] "layers.1.attention.linear"
        %48 = splitHeads(%47) {"heads":2} : f32[B, N0:tokens/2@0, 2, 4] "layers.1.attention.splitHeads"
        %49 = rotaryCos(%41) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N0:tokens/2@0, 1, 4] "layers.1.attention.rotaryCos"
        %50 = rotarySin(%41) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N0:tokens/2@0, 1, 4] "layers.1.attention.rotarySin"
        %51 = rope(%48, %49, %50) {"interleaved":false} : f32[B, N0:tokens/2@0, 2, 4] "layers.1.attention.queries"
        %52 = parameter() : f32[8, 4] "layers.1.attention.key.weight"
        %53 = linear(%45, %52) : f32[B, N0:tokens/2@0, 4] "layers.1.attention.linear#2"
        %54 = splitHeads(%53) {"heads":1} : f32[B, N0:tokens/2@0, 1, 4] "layers.1.attention.splitHeads#2"
        %55 = rope(%54, %49, %50) {"interleaved":false} : f32[B, N0:tokens/2@0, 1, 4] "layers.1.attention.keys"
        %56 = parameter() : f32[8, 4] "layers.1.attention.value.weight"
        %57 = linear(%45, %56) : f32[B, N0:tokens/2@0, 4] "layers.1.attention.linear#3"
        %58 = splitHeads(%57) {"heads":1} : f32[B, N0:tokens/2@0, 1, 4] "layers.1.attention.values"
        %59 = attentionMask(%39, %40, %39, %40) {"window":null,"proportional":false} : f32[B, 1, N0:tokens/2@0, N0:tokens/2@0] "layers.1.attention.attentionMask"
        %60 = attention(%51, %55, %58, %59) {"scale":0.5,"softcap":null} : f32[B, N0:tokens/2@0, 2, 4] "layers.1.attention.attention"
        %61 = mergeHeads(%60) : f32[B, N0:tokens/2@0, 8] "layers.1.attention.context"
        %62 = parameter() : f32[8, 8] "layers.1.attention.output.weight"
        %63 = linear(%61, %62) : f32[B, N0:tokens/2@0, 8] "layers.1.attention.output"
        %64 = add(%42, %63) : f32[B, N0:tokens/2@0, 8] "layers.1.add"
        %65 = parameter() : f32[8] "layers.1.mlpNorm.weight"
        %66 = rmsNorm(%64, %65) {"eps":0.00001} : f32[B, N0:tokens/2@0, 8] "layers.1.mlpNorm.output"
        %67 = parameter() : f32[8, 12] "layers.1.mlp.gate.weight"
        %68 = linear(%66, %67) : f32[B, N0:tokens/2@0, 12] "layers.1.mlp.linear"
        %69 = silu(%68) : f32[B, N0:tokens/2@0, 12] "layers.1.mlp.silu"
        %70 = parameter() : f32[8, 12] "layers.1.mlp.up.weight"
        %71 = linear(%66, %70) : f32[B, N0:tokens/2@0, 12] "layers.1.mlp.linear#2"
        %72 = mul(%69, %71) : f32[B, N0:tokens/2@0, 12] "layers.1.mlp.mul"
        %73 = parameter() : f32[12, 8] "layers.1.mlp.down.weight"
        %74 = linear(%72, %73) : f32[B, N0:tokens/2@0, 8] "layers.1.mlp.output"
        %75 = add(%64, %74) : f32[B, N0:tokens/2@0, 8] "layers.1.output"
        %76 = lastToken(%75) : f32[B, 8] "lastToken"
        %77 = parameter() : f32[8] "norm.weight"
        %78 = rmsNorm(%76, %77) {"eps":0.00001} : f32[B, 8] "norm.output"
        %79 = linear(%78, %1) : f32[B, 11] "head.logits"
        %80 = targets(%39, %40) : i32[B, N0:tokens/2@0] "targets"
        return %38 as "merge.tokens/2@0.plan"
        return %39 as "merge.tokens/2@0.extents"
        return %43 as "merge.tokens/2@0.statistics"
        return %19 as "cache.tokens.extents"
        return %39 as "cache.tokens/2@0.extents"
        return %20 as "cache.tokens.sizes"
        return %40 as "cache.tokens/2@0.sizes"
        return %15 as "cache.layers.0.attention.keys"
        return %18 as "cache.layers.0.attention.values"
        return %55 as "cache.layers.1.attention.keys"
        return %58 as "cache.layers.1.attention.values"
        return %79 as "logits"
        return %80 as "targets"
      }
      "
    `);
  });

  it('rewrites the graph that decodes behind it', () => {
    expect(golden(merged({}, { afterLayer: 0 }).decode)).toMatchInlineSnapshot(`
      "graph "llama.decode" {
        %0 = input() : i32[B, N:tokens] "tokens.ids"
        %1 = parameter() : f32[8, 11] "embed.weight"
        %2 = embedding(%0, %1) : f32[B, N:tokens, 8] "embed.output"
        %3 = parameter() : f32[8] "layers.0.attentionNorm.weight"
        %4 = rmsNorm(%2, %3) {"eps":0.00001} : f32[B, N:tokens, 8] "layers.0.attentionNorm.output"
        %5 = parameter() : f32[8, 8] "layers.0.attention.query.weight"
        %6 = linear(%4, %5) : f32[B, N:tokens, 8] "layers.0.attention.linear"
        %7 = splitHeads(%6) {"heads":2} : f32[B, N:tokens, 2, 4] "layers.0.attention.splitHeads"
        %8 = input() : f32[B, N:tokens] "tokens.positionIds"
        %9 = rotaryCos(%8) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "layers.0.attention.rotaryCos"
        %10 = rotarySin(%8) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "layers.0.attention.rotarySin"
        %11 = rope(%7, %9, %10) {"interleaved":false} : f32[B, N:tokens, 2, 4] "layers.0.attention.queries"
        %12 = state() : f32[B, P:tokens, 1, 4] "cache.layers.0.attention.keys"
        %13 = parameter() : f32[8, 4] "layers.0.attention.key.weight"
        %14 = linear(%4, %13) : f32[B, N:tokens, 4] "layers.0.attention.linear#2"
        %15 = splitHeads(%14) {"heads":1} : f32[B, N:tokens, 1, 4] "layers.0.attention.splitHeads#2"
        %16 = rope(%15, %9, %10) {"interleaved":false} : f32[B, N:tokens, 1, 4] "layers.0.attention.keys"
        %17 = cacheAppend(%12, %16) : f32[B, N+P:tokens, 1, 4] "cache.layers.0.attention.keys.appended"
        %18 = state() : f32[B, P:tokens, 1, 4] "cache.layers.0.attention.values"
        %19 = parameter() : f32[8, 4] "layers.0.attention.value.weight"
        %20 = linear(%4, %19) : f32[B, N:tokens, 4] "layers.0.attention.linear#3"
        %21 = splitHeads(%20) {"heads":1} : f32[B, N:tokens, 1, 4] "layers.0.attention.values"
        %22 = cacheAppend(%18, %21) : f32[B, N+P:tokens, 1, 4] "cache.layers.0.attention.values.appended"
        %23 = input() : i32[B, N:tokens, 2] "tokens.extents"
        %24 = input() : f32[B, N:tokens] "tokens.sizes"
        %25 = state() : i32[B, P:tokens, 2] "cache.tokens.extents"
        %26 = cacheAppend(%25, %23) : i32[B, N+P:tokens, 2] "cache.tokens.extents.appended"
        %27 = state() : f32[B, P:tokens] "cache.tokens.sizes"
        %28 = cacheAppend(%27, %24) : f32[B, N+P:tokens] "cache.tokens.sizes.appended"
        %29 = attentionMask(%23, %24, %26, %28) {"window":null,"proportional":false} : f32[B, 1, N:tokens, N+P:tokens] "layers.0.attention.attentionMask"
        %30 = attention(%11, %17, %22, %29) {"scale":0.5,"softcap":null} : f32[B, N:tokens, 2, 4] "layers.0.attention.attention"
        %31 = mergeHeads(%30) : f32[B, N:tokens, 8] "layers.0.attention.context"
        %32 = parameter() : f32[8, 8] "layers.0.attention.output.weight"
        %33 = linear(%31, %32) : f32[B, N:tokens, 8] "layers.0.attention.output"
        %34 = add(%2, %33) : f32[B, N:tokens, 8] "layers.0.add"
        %35 = parameter() : f32[8] "layers.0.mlpNorm.weight"
        %36 = rmsNorm(%34, %35) {"eps":0.00001} : f32[B, N:tokens, 8] "layers.0.mlpNorm.output"
        %37 = parameter() : f32[8, 12] "layers.0.mlp.gate.weight"
        %38 = linear(%36, %37) : f32[B, N:tokens, 12] "layers.0.mlp.linear"
        %39 = silu(%38) : f32[B, N:tokens, 12] "layers.0.mlp.silu"
        %40 = parameter() : f32[8, 12] "layers.0.mlp.up.weight"
        %41 = linear(%36, %40) : f32[B, N:tokens, 12] "layers.0.mlp.linear#2"
        %42 = mul(%39, %41) : f32[B, N:tokens, 12] "layers.0.mlp.mul"
        %43 = parameter() : f32[12, 8] "layers.0.mlp.down.weight"
        %44 = linear(%42, %43) : f32[B, N:tokens, 8] "layers.0.mlp.output"
        %45 = add(%34, %44) : f32[B, N:tokens, 8] "layers.0.output"
        %46 = enterDomain(%8) {"domain":"tokens/2@0"} : f32[B, N:tokens/2@0] "tokens/2@0.positionIds"
        %47 = enterDomain(%23) {"domain":"tokens/2@0"} : i32[B, N:tokens/2@0, 2] "tokens/2@0.extents"
        %48 = enterDomain(%24) {"domain":"tokens/2@0"} : f32[B, N:tokens/2@0] "tokens/2@0.sizes"
        %49 = enterDomain(%45) {"domain":"tokens/2@0"} : f32[B, N:tokens/2@0, 8] "layers.0.merged"
        %50 = parameter() : f32[8] "layers.1.attentionNorm.weight"
        %51 = rmsNorm(%49, %50) {"eps":0.00001} : f32[B, N:tokens/2@0, 8] "layers.1.attentionNorm.output"
        %52 = parameter() : f32[8, 8] "layers.1.attention.query.weight"
        %53 = linear(%51, %52) : f32[B, N:tokens/2@0, 8] "layers.1.attention.linear"
        %54 = splitHeads(%53) {"heads":2} : f32[B, N:tokens/2@0, 2, 4] "layers.1.attention.splitHeads"
        %55 = rotaryCos(%46) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens/2@0, 1, 4] "layers.1.attention.rotaryCos"
        %56 = rotarySin(%46) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens/2@0, 1, 4] "layers.1.attention.rotarySin"
        %57 = rope(%54, %55, %56) {"interleaved":false} : f32[B, N:tokens/2@0, 2, 4] "layers.1.attention.queries"
        %58 = parameter() : f32[8, 4] "layers.1.attention.key.weight"
        %59 = linear(%51, %58) : f32[B, N:tokens/2@0, 4] "layers.1.attention.linear#2"
        %60 = splitHeads(%59) {"heads":1} : f32[B, N:tokens/2@0, 1, 4] "layers.1.attention.splitHeads#2"
        %61 = rope(%60, %55, %56) {"interleaved":false} : f32[B, N:tokens/2@0, 1, 4] "layers.1.attention.keys"
        %62 = parameter() : f32[8, 4] "layers.1.attention.value.weight"
        %63 = linear(%51, %62) : f32[B, N:tokens/2@0, 4] "layers.1.attention.linear#3"
        %64 = splitHeads(%63) {"heads":1} : f32[B, N:tokens/2@0, 1, 4] "layers.1.attention.values"
        %65 = state() : f32[B, P0:tokens/2@0, 1, 4] "cache.layers.1.attention.keys"
        %66 = cacheAppend(%65, %61) : f32[B, N+P0:tokens/2@0, 1, 4] "cache.layers.1.attention.keys.appended"
        %67 = state() : f32[B, P0:tokens/2@0, 1, 4] "cache.layers.1.attention.values"
        %68 = cacheAppend(%67, %64) : f32[B, N+P0:tokens/2@0, 1, 4] "cache.layers.1.attention.values.appended"
        %69 = state() : i32[B, P0:tokens/2@0, 2] "cache.tokens/2@0.extents"
        %70 = cacheAppend(%69, %47) : i32[B, N+P0:tokens/2@0, 2] "cache.tokens/2@0.extents.appended"
        %71 = state() : f32[B, P0:tokens/2@0] "cache.tokens/2@0.sizes"
        %72 = cacheAppend(%71, %48) : f32[B, N+P0:tokens/2@0] "cache.tokens/2@0.sizes.appended"
        %73 = attentionMask(%47, %48, %70, %72) {"window":null,"proportional":false} : f32[B, 1, N:tokens/2@0, N+P0:tokens/2@0] "layers.1.attention.attentionMask"
        %74 = attention(%57, %66, %68, %73) {"scale":0.5,"softcap":null} : f32[B, N:tokens/2@0, 2, 4] "layers.1.attention.attention"
        %75 = mergeHeads(%74) : f32[B, N:tokens/2@0, 8] "layers.1.attention.context"
        %76 = parameter() : f32[8, 8] "layers.1.attention.output.weight"
        %77 = linear(%75, %76) : f32[B, N:tokens/2@0, 8] "layers.1.attention.output"
        %78 = add(%49, %77) : f32[B, N:tokens/2@0, 8] "layers.1.add"
        %79 = parameter() : f32[8] "layers.1.mlpNorm.weight"
        %80 = rmsNorm(%78, %79) {"eps":0.00001} : f32[B, N:tokens/2@0, 8] "layers.1.mlpNorm.output"
        %81 = parameter() : f32[8, 12] "layers.1.mlp.gate.weight"
        %82 = linear(%80, %81) : f32[B, N:tokens/2@0, 12] "layers.1.mlp.linear"
        %83 = silu(%82) : f32[B, N:tokens/2@0, 12] "layers.1.mlp.silu"
        %84 = parameter() : f32[8, 12] "layers.1.mlp.up.weight"
        %85 = linear(%80, %84) : f32[B, N:tokens/2@0, 12] "layers.1.mlp.linear#2"
        %86 = mul(%83, %85) : f32[B, N:tokens/2@0, 12] "layers.1.mlp.mul"
        %87 = parameter() : f32[12, 8] "layers.1.mlp.down.weight"
        %88 = linear(%86, %87) : f32[B, N:tokens/2@0, 8] "layers.1.mlp.output"
        %89 = add(%78, %88) : f32[B, N:tokens/2@0, 8] "layers.1.output"
        %90 = lastToken(%89) : f32[B, 8] "lastToken"
        %91 = parameter() : f32[8] "norm.weight"
        %92 = rmsNorm(%90, %91) {"eps":0.00001} : f32[B, 8] "norm.output"
        %93 = linear(%92, %1) : f32[B, 11] "head.logits"
        %94 = targets(%47, %48) : i32[B, N:tokens/2@0] "targets"
        return %26 as "cache.tokens.extents"
        return %70 as "cache.tokens/2@0.extents"
        return %28 as "cache.tokens.sizes"
        return %72 as "cache.tokens/2@0.sizes"
        return %17 as "cache.layers.0.attention.keys"
        return %22 as "cache.layers.0.attention.values"
        return %66 as "cache.layers.1.attention.keys"
        return %68 as "cache.layers.1.attention.values"
        return %93 as "logits"
        return %94 as "targets"
      }
      "
    `);
  });

  it('works behind the last layer: norm, head and targets are those of the slots', () => {
    const { prefill, decode } = merged({}, { afterLayer: 1, keepStart: 0 });
    const named = (name: string) => prefill.nodes.find((node) => node.name === name);
    expect(prefill.nodes[named('lastToken')?.inputs[0] as number]?.name).toBe('layers.1.merged');
    expect(named('targets')?.type.axes[1]?.domain).toBe('tokens/2@1');
    // No layer attends to the slots, so only their streams are cached.
    expect([...decode.outputs.keys()]).toContain('cache.tokens/2@1.sizes');
    expect(masks(prefill)).toHaveLength(1);
  });

  it('composes: symbols, domains and caches of two merges', () => {
    const { prefill, decode } = merged(
      { numHiddenLayers: 3 },
      { afterLayer: 0 },
      { afterLayer: 1, proportionalAttention: true },
    );
    expect([...symbols(prefill)].sort()).toEqual(['N0:tokens/2@0', 'N0_1:tokens/2@0/2@1', 'N:tokens']);
    expect([...symbols(decode)].sort()).toEqual([
      'N:tokens',
      'N:tokens/2@0',
      'N:tokens/2@0/2@1',
      'P0:tokens/2@0',
      'P0_1:tokens/2@0/2@1',
      'P:tokens',
    ]);
    const cached = (layer: number) =>
      decode.nodes.find(({ name }) => name === `cache.layers.${layer}.attention.keys`)?.type.axes[1]?.domain;
    expect([0, 1, 2].map(cached)).toEqual(['tokens', 'tokens/2@0', 'tokens/2@0/2@1']);
    expect(masks(prefill).map(({ proportional }) => proportional)).toEqual([false, false, true]);
    expect([...prefill.outputs.keys()].filter((name) => name.startsWith('merge.'))).toHaveLength(6);
  });

  it('keeps windows, in original positions, and adds log(size) only if told so', () => {
    const windowed = { slidingWindow: 5 };
    const proportional = merged(windowed, { afterLayer: 0, proportionalAttention: true });
    for (const graph of [proportional.prefill, proportional.decode]) {
      expect(masks(graph)).toEqual([
        { window: 5, proportional: false },
        { window: 5, proportional: true },
      ]);
    }
    expect(masks(merged(windowed, { afterLayer: 0 }).prefill)[1]).toEqual({ window: 5, proportional: false });
  });

  it('as the reference knows neither windows nor sizes, whatever merged before it', () => {
    const { prefill, decode } = merged(
      { slidingWindow: 5, numHiddenLayers: 3 },
      { afterLayer: 0, proportionalAttention: true },
      { afterLayer: 1, interpolation: 'reference', positions: 'last' },
    );
    for (const graph of [prefill, decode]) {
      expect(masks(graph)).toEqual([
        { window: 5, proportional: false },
        { window: 5, proportional: true },
        { window: null, proportional: false },
      ]);
    }
    const strategies = prefill.nodes.flatMap((node) =>
      node.op === 'mergedPositions' ? [node.attributes.strategy] : [],
    );
    expect(strategies).toEqual(['midpoint', 'compact']);
  });

  it.each([2, 7])('lists the layers where afterLayer %i is out of range', (afterLayer) => {
    expect(() => merged({}, { afterLayer })).toThrow(
      expect.objectContaining({
        code: 'merge.layer',
        message: `slerpMerge: afterLayer ${afterLayer} is out of range: the model has 2 layers, 0 to 1`,
      }),
    );
  });

  it('leaves the model as it was', () => {
    const model = llama(TINY);
    const before = printGraph(compile(model).prefill);
    compile(model, { passes: [slerpMerge({ afterLayer: 0 })] });
    expect(printGraph(compile(model).prefill)).toBe(before);
  });

  it.each([
    ['twice behind one layer', 0, 0],
    ['in descending order', 1, 0],
  ])('is refused %s', (_, first, second) => {
    expect(() => merged({ numHiddenLayers: 3 }, { afterLayer: first }, { afterLayer: second })).toThrow(
      expect.objectContaining({
        code: 'merge.order',
        message: `slerpMerge: afterLayer ${second} follows a merge after layer ${first}; merge each layer once, in ascending order`,
      }),
    );
  });
});
