import { describe, expect, it } from 'vitest';
import { GeodesicError } from '../error.js';
import type { AnyNode, Graph } from './graph.js';
import { parseGraph } from './parse.js';
import { parseType, tensorType, tokenAxis } from './tensor-type.js';
import { verify } from './verify.js';

const graph = parseGraph(`graph "test" {
  %0 = input() : f32[B, N:tokens, 8] "x"
  %1 = exp(%0) : f32[B, N:tokens, 8] "a" @models/mine.ts:3:7
  %2 = add(%1, %0) : f32[B, N:tokens, 8] "b" @models/mine.ts:4:7
  return %2 as "y"
}`);

function changed(id: number, change: Partial<Record<keyof AnyNode, unknown>>): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.id === id ? ({ ...node, ...change } as AnyNode) : node)),
  };
}

function complaint(broken: Graph): string {
  try {
    verify(broken);
  } catch (error) {
    if (error instanceof GeodesicError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const b = "'b' (add, models/mine.ts:4:7)";

describe('verify', () => {
  it('accepts a well-formed graph', () => {
    expect(complaint(graph)).toBe('accepted');
  });

  it.each([
    [
      'an id that is not the index',
      changed(2, { id: 5 }),
      `ir.invalid: graph 'test': ${b} has id 5 at index 2`,
    ],
    [
      'a name given twice',
      changed(2, { name: 'a' }),
      "ir.invalid: graph 'test': 'a' (add, models/mine.ts:4:7) has a name that is already taken",
    ],
    [
      'an operand defined later',
      changed(1, { inputs: [2] }),
      "ir.invalid: graph 'test': 'a' (exp, models/mine.ts:3:7) uses %2, which is not defined before it",
    ],
    [
      'a node that uses itself',
      changed(2, { inputs: [2, 0] }),
      `ir.invalid: graph 'test': ${b} uses %2, which is not defined before it`,
    ],
    [
      'an operand that does not exist',
      changed(2, { inputs: [-1, 0] }),
      `ir.invalid: graph 'test': ${b} uses %-1, which is not defined before it`,
    ],
    [
      'a leaf with operands',
      changed(2, { op: 'parameter' }),
      "ir.invalid: graph 'test': 'b' (parameter, models/mine.ts:4:7) is a leaf but has operands",
    ],
    [
      'a type that the operands do not make',
      changed(2, { type: { dtype: 'f32', axes: [{ size: 8 }] } }),
      `ir.invalid: graph 'test': ${b} says f32[8], its operands make f32[B, N:tokens, 8]`,
    ],
    [
      'a type in another domain',
      changed(0, { type: { dtype: 'f32', axes: [{ size: 8, domain: 'tokens/2@0' }] } }),
      "ir.invalid: graph 'test': 'a' (exp, models/mine.ts:3:7) says f32[B, N:tokens, 8], its operands make f32[8:tokens/2@0]",
    ],
    [
      'a type that differs in nothing but its domain',
      changed(2, { type: parseType('f32[B, N:tokens/2@0, 8]') }),
      `ir.invalid: graph 'test': ${b} says f32[B, N:tokens/2@0, 8], its operands make f32[B, N:tokens, 8]`,
    ],
    ...['f32[-3]', 'f32[99999999999999999]', 'f32[N:]', 'f32[N:to kens]'].map(
      (type): [string, Graph, string] => [
        `a leaf of ${type}`,
        changed(0, { type: parseType(type) }),
        `ir.invalid: graph 'test': 'x' (input, unknown source) has an axis that can't be: '${type.slice(4, -1).replace('99999999999999999', '100000000000000000')}'`,
      ],
    ),
    [
      'a domain that would not be read again',
      changed(0, { type: tensorType('f32', [tokenAxis(2, 'a, b')]) }),
      "ir.invalid: graph 'test': 'x' (input, unknown source) has an axis that can't be: '2:a, b'",
    ],
    ['a missing operand', changed(2, { inputs: [1] }), `ir.type: ${b}: operand 'right' is missing`],
    [
      'an output that does not exist',
      { ...graph, outputs: new Map([['y', 3]]) },
      "ir.invalid: graph 'test': output 'y' is %3, which does not exist",
    ],
  ])('refuses %s', (_, broken, message) => {
    expect(complaint(broken)).toBe(message);
  });
});
