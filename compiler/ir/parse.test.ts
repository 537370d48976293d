import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.js';
import { parseGraph } from './parse.js';
import { printGraph } from './print.js';
import { parseType, printType } from './tensor-type.js';

const GRAPH = `graph "test" {
  %0 = input() : f32[B, N:tokens, 8] "x"
  %1 = parameter() : f32[8] "norm.weight" @models/mine.ts:3:7
  %2 = rmsNorm(%0, %1) {"eps":0.00001} : f32[B, N:tokens, 8] "norm.output" @models/mine.ts:3:7
  return %2 as "y"
}
`;

describe('parseGraph', () => {
  it('reads what printGraph writes', () => {
    expect(printGraph(parseGraph(GRAPH))).toBe(GRAPH);
    expect(parseGraph(GRAPH).nodes[2]).toEqual({
      id: 2,
      op: 'rmsNorm',
      inputs: [0, 1],
      attributes: { eps: 1e-5 },
      type: parseType('f32[B, N:tokens, 8]'),
      name: 'norm.output',
      source: { file: 'models/mine.ts', line: 3, column: 7 },
    });
  });

  it('keeps numbers that JSON does not know', () => {
    const builder = new GraphBuilder('numbers');
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0, 0, 1e-300];
    for (const [i, value] of values.entries()) builder.add('constant', [], { value }, { name: `c${i}` });
    const graph = builder.finish(new Map());
    expect(parseGraph(printGraph(graph))).toEqual(graph);
  });

  it('keeps names, files and graph names with quotes, backslashes, brackets and line breaks', () => {
    const builder = new GraphBuilder('a "b"\n} c');
    const type = parseType('f32[2]');
    const source = { file: 'C:\\my models\\a @b:1.ts', line: 1, column: 2 };
    builder.leaf('input', type, { name: 'x" : f32[1] "y\\', source });
    builder.leaf('input', type, { name: 'line\nbreak )' });
    builder.leaf('input', type, { name: 'line \u2028', source: { ...source, file: 'line \u2028' } });
    const graph = builder.finish(new Map([['return %1 as "z"', 1]]));
    expect(parseGraph(printGraph(graph))).toEqual(graph);
  });

  it.each([
    ['%2 = rmsNorm', '%2 = rmsnorm', "line 4: unknown op 'rmsnorm'"],
    ['(%0, %1)', '(%0,%1)', "line 4: '%0,%1' is not an operand"],
    ['{"eps":0.00001}', '{eps:0.00001}', 'line 4: '],
    ['  %1 =', '  1 =', 'line 3: not a node: 1 = parameter()'],
    ['N:tokens, 8] "x"', 'N:tokens, 8*] "x"', "'8*' is not a dim"],
    ['graph "test"', 'graph test', 'expected: graph "name" { … }'],
    ['"y"\n}', '"y"', 'expected: graph "name" { … }'],
    ['as "y"', 'as "y"\n  return %1 as "y"', "line 6: a second output is named 'y'"],
  ])('says where the text is wrong: %j → %j', (from, to, message) => {
    expect(GRAPH).toContain(from);
    expect(() => parseGraph(GRAPH.replace(from, to))).toThrow(message);
  });

  it('refuses what is no text', () => {
    expect(() => parseGraph(undefined as never)).toThrow(expect.objectContaining({ code: 'ir.parse' }));
  });

  it('reads types of any rank', () => {
    for (const text of ['f32[]', 'i32[B, N:tokens, 2]', 'f32[B, 1, N+P0_1:tokens/2@0/2@1, 2*N+1]']) {
      expect(printType(parseType(text))).toBe(text);
    }
    for (const text of ['f16[2]', 'f32', 'f32[2', 'f32[,]']) {
      expect(() => parseType(text)).toThrow(expect.objectContaining({ code: 'ir.parse' }));
    }
  });
});
