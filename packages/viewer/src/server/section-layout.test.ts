import { parseGraph } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { sectionLayout } from './section-layout.js';

const graph = parseGraph(`graph "decode" {
  %0 = input() : i32[B, N:tokens] "tokens.ids"
  %1 = parameter() : f32[8, 11] "embed.weight"
  %2 = embedding(%0, %1) : f32[B, N:tokens, 8] "embed.output"
  %3 = parameter() : f32[8, 8] "layers.0.attention.keys.weight"
  %4 = linear(%2, %3) : f32[B, N:tokens, 8] "layers.0.attention.keys"
  %5 = state() : f32[B, P:tokens, 8] "cache.layers.0.attention.keys"
  %6 = cacheAppend(%5, %4) : f32[B, N+P:tokens, 8] "cache.layers.0.attention.keys.appended"
  return %6 as "cache.layers.0.attention.keys"
}`);

it('shows what a layer computes and caches without its name, and what enters it by all of its', () => {
  const bindings = new Map([
    ['B', 1],
    ['N', 1],
    ['P', 4],
  ]);
  const { nodes } = sectionLayout(graph, 1, bindings);
  expect(nodes.map(({ label, name, enters }) => [label, name, enters])).toEqual([
    ['embed.output', 'embed.output', true],
    ['attention.keys', 'layers.0.attention.keys', false],
    ['cache.attention.keys', 'cache.layers.0.attention.keys', false],
    ['cache.attention.keys.appended', 'cache.layers.0.attention.keys.appended', false],
  ]);
});
