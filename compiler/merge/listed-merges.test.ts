import { expect, it } from 'vitest';
import { mergesOf } from './listed-merges.js';

it('gives each of the listed layers its own options, or those of all', () => {
  const listed = { afterLayer: [8, 15], ratio: [0.3, 0.5], keepEnd: 8, protect: ['digits'] } as const;
  expect(mergesOf(listed)).toEqual([
    { afterLayer: 8, ratio: 0.3, keepEnd: 8, protect: ['digits'] },
    { afterLayer: 15, ratio: 0.5, keepEnd: 8, protect: ['digits'] },
  ]);
});

it('leaves one merge, and a list of merges, as they are', () => {
  expect(mergesOf({ afterLayer: 8, ratio: 0.5 })).toEqual([{ afterLayer: 8, ratio: 0.5 }]);
  expect(mergesOf([{ afterLayer: 8 }, { afterLayer: 15 }])).toEqual([{ afterLayer: 8 }, { afterLayer: 15 }]);
});

it('refuses a list of another length', () => {
  expect(() => mergesOf({ afterLayer: [8, 15], ratio: [0.3] })).toThrow(
    expect.objectContaining({
      code: 'merge.option',
      message: 'slerpMerge: ratio lists 1 values for 2 layers; give one for each, or one for all',
    }),
  );
});

it('refuses a list of no layers, which would merge nothing', () => {
  expect(() => mergesOf({ afterLayer: [] })).toThrow(
    expect.objectContaining({ code: 'merge.option', message: expect.stringContaining('at least one layer') }),
  );
});
