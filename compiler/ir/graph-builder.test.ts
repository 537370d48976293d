import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.js';
import { printGraph } from './print.js';
import { parseType } from './tensor-type.js';

const type = parseType('f32[2]');

describe('GraphBuilder', () => {
  it('gives names once, and a renamed node leaves its old name free', () => {
    const builder = new GraphBuilder('test');
    const x = builder.leaf('input', type, { name: 'x' });
    expect(() => builder.leaf('input', type, { name: 'x' })).toThrow(
      "two values of graph 'test' are named 'x'",
    );
    expect(builder.freeName('x')).toBe('x#2');
    builder.rename(x, 'y');
    expect(builder.freeName('x')).toBe('x');
    expect(() => builder.rename(builder.leaf('input', type, { name: 'x' }), 'y')).toThrow("named 'y'");
  });

  it('makes graphs that later additions do not change', () => {
    const builder = new GraphBuilder('test');
    const x = builder.leaf('input', type, { name: 'x' });
    const graph = builder.finish(new Map([['out', x]]));
    const before = printGraph(graph);
    builder.rename(x, 'renamed');
    builder.add('exp', [x], {}, { name: 'more' });
    expect(printGraph(graph)).toBe(before);
  });

  it.each(['constructor', 'nope'])('knows no op %s', (op) => {
    expect(() => new GraphBuilder('test').add(op as 'exp', [], {}, { name: 'y' })).toThrow(
      'there is no such op',
    );
  });

  it('refuses operands that it has not made', () => {
    expect(() => new GraphBuilder('test').add('exp', [0], {}, { name: 'y' })).toThrow(
      "graph 'test' has no value %0",
    );
  });
});
