import { describe, expect, it } from 'vitest';
import { parseGraph } from '../ir/parse.js';
import { printGraph } from '../ir/print.js';
import { verify } from '../ir/verify.js';
import { commonSubexpressions } from './common-subexpressions.js';

const run = (text: string, pinned: readonly string[] = []) => {
  const graph = commonSubexpressions.run(parseGraph(text), { phase: 'prefill', pinned: new Set(pinned) });
  verify(graph);
  return printGraph(graph);
};

const REPEATED = `graph "test" {
  %0 = input() : f32[B, N:tokens] "x"
  %1 = input() : f32[B, N:tokens] "y"
  %2 = rotaryCos(%0) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "a"
  %3 = rotaryCos(%0) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "b"
  %4 = rotaryCos(%0) {"theta":10001,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "other theta"
  %5 = rotaryCos(%1) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "other input"
  %6 = exp(%2) : f32[B, N:tokens, 1, 4] "c"
  %7 = exp(%3) : f32[B, N:tokens, 1, 4] "d"
  %8 = add(%6, %7) : f32[B, N:tokens, 1, 4] "e"
  return %8 as "sum"
  return %3 as "b"
  return %4 as "other theta"
  return %5 as "other input"
}`;

describe('commonSubexpressions', () => {
  it('computes the same once, and what follows from it', () => {
    expect(run(REPEATED)).toMatchInlineSnapshot(`
      "graph "test" {
        %0 = input() : f32[B, N:tokens] "x"
        %1 = input() : f32[B, N:tokens] "y"
        %2 = rotaryCos(%0) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "a"
        %3 = rotaryCos(%0) {"theta":10001,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "other theta"
        %4 = rotaryCos(%1) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "other input"
        %5 = exp(%2) : f32[B, N:tokens, 1, 4] "c"
        %6 = add(%5, %5) : f32[B, N:tokens, 1, 4] "e"
        return %6 as "sum"
        return %2 as "b"
        return %3 as "other theta"
        return %4 as "other input"
      }
      "
    `);
  });

  it('leaves pinned values alone', () => {
    expect(run(REPEATED, ['b'])).toMatchInlineSnapshot(`
      "graph "test" {
        %0 = input() : f32[B, N:tokens] "x"
        %1 = input() : f32[B, N:tokens] "y"
        %2 = rotaryCos(%0) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "a"
        %3 = rotaryCos(%0) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "b"
        %4 = rotaryCos(%0) {"theta":10001,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "other theta"
        %5 = rotaryCos(%1) {"theta":10000,"rotaryDim":4,"scaling":null,"interleaved":false} : f32[B, N:tokens, 1, 4] "other input"
        %6 = exp(%2) : f32[B, N:tokens, 1, 4] "c"
        %7 = exp(%3) : f32[B, N:tokens, 1, 4] "d"
        %8 = add(%6, %7) : f32[B, N:tokens, 1, 4] "e"
        return %8 as "sum"
        return %3 as "b"
        return %4 as "other theta"
        return %5 as "other input"
      }
      "
    `);
    // The first of them may be the pinned one.
    const pinnedFirst = run(REPEATED, ['a']);
    expect(pinnedFirst.match(/"theta":10000,.*"[ab]"$/gm)).toHaveLength(2);
  });

  it('never folds leaves, however alike', () => {
    const text = `graph "test" {
  %0 = parameter() : f32[8] "w0"
  %1 = parameter() : f32[8] "w1"
  %2 = exp(%0) : f32[8] "a"
  %3 = exp(%1) : f32[8] "b"
  return %2 as "a"
  return %3 as "b"
}
`;
    expect(run(text)).toBe(text);
  });

  it('tells infinities and zeros of either sign apart', () => {
    const values = ['"Infinity"', '"-Infinity"', '"NaN"', '0', '"-0"'];
    const nodes = values.map((value, i) => `  %${i} = constant() {"value":${value}} : f32[] "c${i}"\n`);
    const outputs = values.map((_, i) => `  return %${i} as "c${i}"\n`);
    const text = `graph "test" {\n${nodes.join('')}${outputs.join('')}}\n`;
    expect(run(text)).toBe(text);
  });
});
