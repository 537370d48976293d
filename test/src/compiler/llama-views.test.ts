import {
  compile,
  graphToJson,
  graphToMermaid,
  parseType,
  printType,
  slerpMerge,
  summariseGraph,
} from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { windowedLlama as llama } from '../windowed-llama.js';
import { TINY } from './llama-shapes.js';

const { prefill, decode } = compile(llama({ ...TINY, numHiddenLayers: 9 }), {
  passes: [slerpMerge({ afterLayer: 3 })],
});

describe('views of a merged llama', () => {
  it.each([
    ['prefill', prefill],
    ['decode', decode],
  ] as const)('a drawing of its %s shows each kind of layer once, and the merge', (_, graph) => {
    const text = graphToMermaid(graph);
    const titles = [...text.matchAll(/subgraph (s\d+)\["(.*)"\]/g)].map(([, id, title]) => [id, title]);
    expect(titles).toEqual([
      ['s0', 'embed'],
      // The first layer of each domain makes its mask and rotary tables.
      ['s1', 'layers.0'],
      ['s2', 'layers.1 … layers.3 (3 alike)'],
      ['s3', 'merge'],
      ['s4', 'layers.4'],
      ['s5', 'layers.5 … layers.8 (4 alike)'],
      ['s6', 'norm'],
      ['s7', 'head'],
    ]);
    expect(text.match(/^ {2}class .*$/gm)).toEqual(['  class s3 merge']);
  });

  it('a drawing joins only what it draws, and all of it', () => {
    for (const graph of [prefill, decode]) {
      const text = graphToMermaid(graph);
      const drawn = [...text.matchAll(/^ {4}(n\d+)[[(]/gm)].map(([, id]) => id as string);
      const ends = [...text.matchAll(/^ {2}(n\d+) --> ([no]\d+)$/gm)].flatMap(([, from, to]) => [from, to]);
      expect(new Set(drawn).size).toBe(drawn.length);
      const nodes = ends.filter((id) => id?.startsWith('n'));
      expect([...new Set(nodes)].sort()).toEqual([...drawn].sort());
    }
  });

  it('its JSON has every node, with types that can be read', () => {
    const json = graphToJson(prefill);
    expect(json.nodes.map(({ name }) => name)).toEqual(prefill.nodes.map(({ name }) => name));
    for (const { type } of json.nodes) expect(printType(parseType(type))).toBe(type);
    expect(json.outputs['cache.layers.8.attention.keys']).toBe(
      prefill.outputs.get('cache.layers.8.attention.keys'),
    );
  });

  it('its summary has a line a layer', () => {
    const lines = summariseGraph(prefill).split('\n');
    expect(lines).toHaveLength(1 + 1 + 1 + 9 + 1 + 2 + 1);
    expect(lines.find((line) => line.startsWith('merge'))).toMatch(/^merge +N:tokens +N3:tokens\/2@3 +6$/);
    expect(lines.find((line) => line.startsWith('layers.8'))).toMatch(/N3:tokens\/2@3 +N3:tokens\/2@3 +20$/);
  });
});
