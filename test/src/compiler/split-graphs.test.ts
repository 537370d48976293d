import {
  compile,
  hostValues,
  parseGraph,
  printGraph,
  slerpMerge,
  splitAtReadBack,
  verify,
} from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { windowedLlama as llama } from '../windowed-llama.js';
import { TINY } from './llama-shapes.js';

const merges = [0, 1].map((afterLayer) => ({ afterLayer, ratio: 0.5 }));
const graph = compile(llama({ ...TINY, numHiddenLayers: 3 }), { passes: merges.map(slerpMerge) }).prefill;

describe('splitAtReadBack', () => {
  it('parts a graph once for each choice that the host makes, and no other graph', () => {
    const parts = [];
    let rest = graph;
    for (let split = splitAtReadBack(rest); split !== undefined; split = splitAtReadBack(rest)) {
      verify(split.first);
      verify(split.second);
      parts.push(split.first);
      rest = split.second;
    }
    expect(parts).toHaveLength(2);
    for (const part of [...parts, rest]) {
      const onHost = hostValues(part);
      const asks = part.nodes.filter(
        ({ id, inputs }) => onHost.has(id) && inputs.some((input) => !onHost.has(input)),
      );
      expect(asks).toEqual([]);
    }
    // No layer is computed twice.
    const layers = [...parts, rest].map(({ nodes }) =>
      nodes.flatMap(({ name }) => /^layers\.(\d)\.mlp\.output$/.exec(name)?.[1] ?? []),
    );
    expect(layers).toEqual([['0'], ['1'], ['2']]);
    expect(
      splitAtReadBack(compile(llama(TINY), { passes: [slerpMerge({ afterLayer: 0 })] }).prefill),
    ).toBeUndefined();
  });

  it('hands every output out once', () => {
    const { first, second, read, carried } = splitAtReadBack(graph)!;
    const handedOver = new Set([...read.values(), ...carried]);
    const names = [...first.outputs.keys(), ...second.outputs.keys()].filter((name) => !handedOver.has(name));
    expect(names.sort()).toEqual([...graph.outputs.keys()].sort());
  });

  it('leaves the graph such that it can be printed and parsed', () => {
    expect(printGraph(parseGraph(printGraph(graph)))).toBe(printGraph(graph));
  });
});
