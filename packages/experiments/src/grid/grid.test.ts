import { describe, expect, it } from 'vitest';
import { SpecFile } from '../spec/spec-file.js';
import { groupOf } from './cell.js';
import { gridOf } from './grid.js';
import { layersOf } from './layers.js';
import { mergeLabel } from './merge-choice.js';
import { variantsOf } from './variants.js';

const SOURCE = `name: grid
models: [a, b]
texts: [sotu, moby-dick]
lengths: [16, 32]
layers: [2, 8]
merges:
  - {}
  - { label: own, afterLayer: 3 }
  - { interpolation: mean, keepEnd: 8 }
baselines: [drop]
tasks:
  nextToken: {}
  needle: { of: [codes, names], depths: [0, 1] }
`;

const { spec } = new SpecFile('grid.yaml', SOURCE);
const depths = new Map([
  ['a', 10],
  ['b', 20],
]);

/** Of each group: with the layers of the first and the third merge, and that of the second. */
const VARIANTS = 1 + 2 + 1 + 2 + 5;

describe('a grid', () => {
  const cells = gridOf(spec, depths);

  it('has every combination once', () => {
    // 2 models × (1 + 2 × 2) tasks × 2 texts × 2 lengths × (base + 2 + 1 + 2 + baselines beside these) variants.
    expect(cells).toHaveLength(2 * 5 * 2 * 2 * VARIANTS);
    expect(new Set(cells.map(({ key }) => key)).size).toBe(cells.length);
  });

  it('keeps groups together, base first', () => {
    const groups = cells.map(groupOf);
    for (let i = 0; i < groups.length; i += VARIANTS) {
      expect(new Set(groups.slice(i, i + VARIANTS)).size).toBe(1);
      expect(cells[i]?.variant).toEqual({ label: 'base' });
    }
    expect(new Set(groups).size).toBe(groups.length / VARIANTS);
  });

  it('crosses merges with layers, except those with their own', () => {
    expect(
      cells.slice(0, VARIANTS).map(({ variant }) => [variant.label, variant.layer, variant.merge]),
    ).toEqual([
      ['base', undefined, undefined],
      ['slerp', 2, { afterLayer: 2 }],
      ['slerp', 8, { afterLayer: 8 }],
      ['own', 3, { afterLayer: 3 }],
      ['mean, keepEnd 8', 2, { afterLayer: 2, interpolation: 'mean', keepEnd: 8 }],
      ['mean, keepEnd 8', 8, { afterLayer: 8, interpolation: 'mean', keepEnd: 8 }],
      ['drop the first of each pair', 2, { afterLayer: 2, interpolation: 'drop' }],
      ['drop the first of each pair', 8, { afterLayer: 8, interpolation: 'drop' }],
      ['drop the first of each pair', 3, { afterLayer: 3, interpolation: 'drop' }],
      ['drop the first of each pair, keepEnd 8', 2, { afterLayer: 2, interpolation: 'drop', keepEnd: 8 }],
      ['drop the first of each pair, keepEnd 8', 8, { afterLayer: 8, interpolation: 'drop', keepEnd: 8 }],
    ]);
  });

  it('puts baselines beside each merge that leaves another number of slots, and those alone that it does not change', () => {
    const merges = `[{}, { positions: first }, { ratio: 0.5, interpolation: mean }, { protect: [] }, { group: 3, surprise: 4 }, { evict: middle },
  { label: both, afterLayer: [2, 4], ratio: [1, 0.5] }, { interpolation: reference }]`;
    const source = SOURCE.replace(
      /merges:[\s\S]*baselines: .*/,
      `merges: ${merges}\nbaselines: [middle, no-context]`,
    );
    const { baselines, ...rest } = new SpecFile('beside.yaml', source).spec;
    const beside = variantsOf({ ...rest, baselines }, [8]).filter(({ baseline }) => baseline);
    expect(beside.map(({ label, layer, merge }) => [label, layer, merge])).toEqual([
      ['cut out the middle', 8, { afterLayer: 8, evict: 'middle' }],
      ['cut out the middle, ratio 0.5', 8, { afterLayer: 8, ratio: 0.5, evict: 'middle' }],
      ['cut out the middle, protect []', 8, { afterLayer: 8, protect: [], evict: 'middle' }],
      [
        'cut out the middle, group 3, surprise 4',
        8,
        { afterLayer: 8, group: 3, surprise: 4, evict: 'middle' },
      ],
      [
        'cut out the middle, afterLayer [2,4], ratio [1,0.5]',
        2,
        { afterLayer: [2, 4], ratio: [1, 0.5], evict: 'middle' },
      ],
      ['no context after the layer', 8, { afterLayer: 8, evict: 'all' }],
    ]);
  });

  it('puts a baseline once beside merges that leave as many slots, however that is written', () => {
    const merges = `[{}, { keepEnd: 32, positions: first }, { afterLayer: 2, group: 2 }, { afterLayer: [8], positions: last }, { ratio: 0.5, keepEnd: 8 },
  { keepEnd: 8, ratio: 0.5, interpolation: mean }, { surprise: 6.3 }]`;
    const source = SOURCE.replace(/merges:[\s\S]*baselines: .*/, `merges: ${merges}\nbaselines: [drop]`);
    const beside = variantsOf(new SpecFile('beside.yaml', source).spec, [2, 8]).filter(
      ({ baseline }) => baseline,
    );
    expect(beside.map(({ label, layer }) => [label, layer])).toEqual([
      ['drop the first of each pair', 2],
      ['drop the first of each pair', 8],
      ['drop the first of each pair, keepEnd 8, ratio 0.5', 2],
      ['drop the first of each pair, keepEnd 8, ratio 0.5', 8],
      // A probe may have another threshold.
      ['drop the first of each pair, surprise 6.3', 2],
      ['drop the first of each pair, surprise 6.3', 8],
    ]);
  });

  it('scales layers to the depth of a model', () => {
    expect(layersOf([2, 4, 12, 16, 28], 32)).toEqual([2, 4, 12, 16, 28]);
    expect(layersOf([2, 4, 12, 16, 28], 30, 32)).toEqual([2, 4, 11, 15, 26]);
    expect(layersOf([2, 4, 12, 16, 28], 6, 32)).toEqual([0, 1, 2, 3, 5]);
  });

  it('names a merge by what is not the default', () => {
    expect(mergeLabel({ interpolation: 'slerp', keepStart: 4 })).toBe('slerp');
    expect(mergeLabel({ positions: 'compact', proportionalAttention: true })).toBe(
      'slerp, positions compact, proportionalAttention true',
    );
    expect(mergeLabel({ afterLayer: [8, 20] })).toBe('slerp, afterLayer [8,20]');
  });

  it('leaves a token out for needles alone, once beside all merges', () => {
    const { spec: shorter } = new SpecFile(
      'shorter.yaml',
      SOURCE.replace('baselines: [drop]', 'baselines: [one-token-less]'),
    );
    const found = gridOf(shorter, depths).filter(({ variant }) => variant.baseline !== undefined);
    // 2 models × 2 × 2 needles × 2 texts × 2 lengths.
    expect(found).toHaveLength(2 * 4 * 2 * 2);
    expect(new Set(found.map(({ task }) => task.kind))).toEqual(new Set(['needle']));
    expect(found[0]?.variant).toEqual({ label: 'one token of the passage less', baseline: 'one-token-less' });
  });
});
