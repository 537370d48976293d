import { expect, it } from 'vitest';
import { graphCost } from '../cost/graph-cost.js';
import { parseGraph } from '../ir/parse.js';
import { summariseGraph } from './summary.js';

const graph = parseGraph(`graph "test" {
  %0 = input() : i32[B, N:tokens] "tokens.ids"
  %1 = parameter() : f32[512, 1024] "embed.weight"
  %2 = embedding(%0, %1) : f32[B, N:tokens, 512] "embed.output"
  %3 = enterDomain(%2) {"domain":"tokens/2@0"} : f32[B, N:tokens/2@0, 512] "layers.0.merged"
  %4 = parameter() : f32[512, 512] "layers.1.weight"
  %5 = linear(%3, %4) : f32[B, N:tokens/2@0, 512] "layers.1.linear"
  %6 = exp(%5) : f32[B, N:tokens/2@0, 512] "layers.1.output"
  %7 = lastToken(%6) : f32[B, 512] "lastToken"
  %8 = linear(%7, %1) : f32[B, 1024] "head.logits"
  return %8 as "logits"
  return %5 as "cache.layers.1.keys"
}`);

it('summariseGraph shows the tokens and ops of each section', () => {
  expect(summariseGraph(graph)).toBe(
    [
      'test',
      'layer     tokens in     tokens out    ops',
      'embed     N:tokens      N:tokens        1',
      'merge     N:tokens      N:tokens/2@0    1',
      'layers.1  N:tokens/2@0  N:tokens/2@0    2',
      'norm      N:tokens/2@0  last            1',
      'head      last          last            1',
      '',
    ].join('\n'),
  );
});

it('summariseGraph adds what a run costs', () => {
  const cost = graphCost(
    graph,
    new Map([
      ['B', 1],
      ['N', 1024],
    ]),
  );
  // Layer 1: 2·1024·512·512 + 1024·512 flops; 2 + 1 + 2 MiB by linear, 2 + 2 by exp.
  expect(summariseGraph(graph, cost)).toBe(
    [
      'test',
      'layer     tokens in     tokens out    ops  tokens  GFLOPs    MiB',
      'embed     N:tokens      N:tokens        1    1024  0.0000   4.00',
      'merge     N:tokens      N:tokens/2@0    1    1024  0.0000   0.00',
      'layers.1  N:tokens/2@0  N:tokens/2@0    2    1024  0.5374   9.00',
      'norm      N:tokens/2@0  last            1       1  0.0000   0.00',
      'head      last          last            1       1  0.0010   2.01',
      'total                                   6          0.5384  15.01',
      'weights 3.0 MiB, cache behind this run 2.00 MiB',
      '',
    ].join('\n'),
  );
});
