import { describe, expect, it } from 'vitest';
import { type AnyNode, nodeAt } from '../ir/graph.js';
import { parseGraph } from '../ir/parse.js';
import { evaluateHostNode, hostValues } from './host-ops.js';

const graph = parseGraph(`graph "test" {
  %0 = state() : f32[B, P:tokens] "cache.tokens.sizes"
  %1 = input() : f32[B, N:tokens] "tokens.sizes"
  %2 = cacheAppend(%0, %1) : f32[B, N+P:tokens] "sizes"
  %3 = state() : f32[B, P:tokens, 2, 4] "cache.layers.0.attention.keys"
  %4 = parameter() : f32[8, 8] "w"
  %5 = enterDomain(%1) {"domain":"tokens/2@0"} : f32[B, N:tokens/2@0] "entered"
  %6 = exp(%1) : f32[B, N:tokens] "arithmetic"
}`);

describe('host ops', () => {
  it('are placed by what they read', () => {
    expect([...hostValues(graph)]).toEqual([0, 1, 2, 5]);
  });

  it('append tokens row by row', () => {
    const past = { shape: [2, 2, 2], data: Int32Array.from([0, 1, 2, 3, 10, 11, 12, 13]) };
    const added = { shape: [2, 1, 2], data: Int32Array.from([4, 5, 14, 15]) };
    expect(evaluateHostNode(nodeAt(graph, 2), [past, added])).toEqual({
      shape: [2, 3, 2],
      data: Int32Array.from([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]),
    });
    const sizes = { shape: [1, 0], data: new Float32Array(0) };
    const one = { shape: [1, 1], data: Float32Array.of(1) };
    expect(evaluateHostNode(nodeAt(graph, 2), [sizes, one])).toEqual(one);
  });

  it('hand values over to another domain as they are', () => {
    const sizes = { shape: [1, 2], data: Float32Array.of(1, 2) };
    expect(evaluateHostNode(nodeAt(graph, 5), [sizes])).toBe(sizes);
  });

  it('find the row of a learned position, of the earlier one where it lies between two', () => {
    const positionIds = { shape: [1, 4], data: Float32Array.of(0, 1, 2.5, 7) };
    const node = {
      ...nodeAt(graph, 2),
      op: 'positionIndices',
      attributes: { offset: 2, count: 8 },
    } as AnyNode;
    expect(evaluateHostNode(node, [positionIds])).toEqual({
      shape: [1, 4],
      data: Int32Array.of(2, 3, 4, 9),
    });
    const small = { ...node, attributes: { offset: 2, count: 7 } } as AnyNode;
    expect(() => evaluateHostNode(small, [positionIds])).toThrow(
      expect.objectContaining({ code: 'run.position', message: expect.stringContaining('position 7, but') }),
    );
  });

  it('do not include arithmetic', () => {
    expect(() => evaluateHostNode(nodeAt(graph, 6), [])).toThrow("'exp' is not evaluated on the host");
  });
});
