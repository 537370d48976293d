import { describe, expect, it } from 'vitest';
import { parseGraph } from '../ir/parse.js';
import { printGraph } from '../ir/print.js';
import { deadCode } from './dead-code.js';

describe('deadCode', () => {
  it('drops what no output needs, leaves too, and renumbers the rest', () => {
    const graph = parseGraph(`graph "test" {
  %0 = input() : f32[8] "unused"
  %1 = input() : f32[8] "x"
  %2 = exp(%0) : f32[8] "dead"
  %3 = exp(%1) : f32[8] "live" @models/mine.ts:3:7
  %4 = add(%2, %3) : f32[8] "also dead"
  return %3 as "y"
  return %1 as "x"
}`);
    const cleaned = deadCode.run(graph, { phase: 'prefill', pinned: new Set() });
    expect(printGraph(cleaned)).toBe(`graph "test" {
  %0 = input() : f32[8] "x"
  %1 = exp(%0) : f32[8] "live" @models/mine.ts:3:7
  return %1 as "y"
  return %0 as "x"
}
`);
  });
});
