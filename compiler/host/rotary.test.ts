import { describe, expect, it } from 'vitest';
import type { RotaryFrequencies } from '../ir/ops.js';
import { parseGraph } from '../ir/parse.js';
import { frequenciesChange } from './length-dependence.js';
import { rotaryTable } from './rotary.js';

const plain: RotaryFrequencies = { theta: 100, rotaryDim: 4, scaling: null, interleaved: false };
const positionIds = { shape: [1, 2], data: Float32Array.of(1, 2.5) };

const table = (kind: 'cos' | 'sin', attributes: RotaryFrequencies, ...lengths: number[]) =>
  [...rotaryTable([positionIds, { shape: [1], data: Int32Array.from(lengths) }], kind, attributes).data].map(
    (value) => Number(value.toFixed(5)),
  );
const round = (values: number[]) => values.map((value) => Number(value.toFixed(5)));

describe('rotary tables', () => {
  // Of theta 100 and 4 features the frequencies are 1 and 1/10.
  it('have each frequency in the two places that turn together', () => {
    const [slow, fast] = [
      [0.1, 0.25],
      [1, 2.5],
    ].map((angles) => angles.map(Math.sin)) as [number[], number[]];
    const halves = [0, 1].flatMap((i) => [-fast[i]!, -slow[i]!, fast[i]!, slow[i]!]);
    expect(table('sin', plain)).toEqual(round(halves));
    const neighbours = [0, 1].flatMap((i) => [-fast[i]!, fast[i]!, -slow[i]!, slow[i]!]);
    expect(table('sin', { ...plain, interleaved: true })).toEqual(round(neighbours));
  });

  it('are the same when a position comes again, whole or not, near or far', () => {
    const again = { shape: [1, 5], data: Float32Array.of(2.5, 1, 0.25, 5000, 1) };
    const expected = (kind: 'cos' | 'sin') => rotaryTable([again], kind, { ...plain }).data;
    for (const kind of ['cos', 'sin', 'cos'] as const) {
      expect(rotaryTable([again], kind, plain).data).toEqual(expected(kind));
    }
    const angles = [...again.data].flatMap((position) => [
      position,
      Math.fround(position * Math.fround(0.1)),
    ]);
    const [cosines, all] = [expected('cos'), rotaryTable([again], 'cos', plain).data];
    expect(all).toEqual(cosines);
    const firsts = [...all].filter((_, i) => i % 4 < 2);
    expect(firsts).toEqual(angles.map((angle) => Math.fround(Math.cos(angle))));
  });

  it('are larger by the attention factor', () => {
    const scaling = {
      type: 'longrope',
      shortFactors: [1, 1],
      longFactors: [2, 2],
      originalMaxPositionEmbeddings: 8,
      attentionFactor: 1.5,
    } as const;
    const short = table('cos', { ...plain, scaling }, 8);
    expect(short).toEqual(
      round([1, 0.1, 1, 0.1, 2.5, 0.25, 2.5, 0.25].map((angle) => 1.5 * Math.cos(angle))),
    );
    const long = table('cos', { ...plain, scaling }, 9);
    expect(long).toEqual(
      round([0.5, 0.05, 0.5, 0.05, 1.25, 0.125, 1.25, 0.125].map((angle) => 1.5 * Math.cos(angle))),
    );
  });
});

describe('frequenciesChange', () => {
  const graphWith = (scaling: RotaryFrequencies['scaling']) =>
    parseGraph(`graph "test" {
  %0 = input() : f32[B, N:tokens] "tokens.positionIds"
  %1 = input() : i32[B] "tokens.lengths"
  %2 = rotaryCos(%0, %1) ${JSON.stringify({ ...plain, scaling })} : f32[B, N:tokens, 1, 4] "cos"
}`);

  it.each([
    ['dynamic', 8, 9, true],
    ['dynamic', 9, 10, true],
    ['dynamic', 7, 8, false],
    ['longrope', 8, 9, true],
    ['longrope', 9, 10, false],
    ['longrope', 7, 8, false],
  ])('%s, from %i to %i tokens: %s', (type, before, after, changes) => {
    const scaling =
      type === 'dynamic'
        ? ({ type, factor: 2, originalMaxPositionEmbeddings: 8 } as const)
        : ({
            type: 'longrope',
            shortFactors: [1, 1],
            longFactors: [1, 2],
            originalMaxPositionEmbeddings: 8,
            attentionFactor: 1,
          } as const);
    expect(frequenciesChange(graphWith(scaling), before, after)).toBe(changes);
  });

  it('never with scalings that look at no length', () => {
    expect(frequenciesChange(graphWith({ type: 'linear', factor: 2 }), 1, 1e6)).toBe(false);
    expect(frequenciesChange(graphWith(null), 1, 1e6)).toBe(false);
  });
});
