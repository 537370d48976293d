import { describe, expect, it } from 'vitest';
import { SpecFile } from '../spec/spec-file.js';
import { groupOf } from './cell.js';
import { gridOf } from './grid.js';
import { layersOf } from './layers.js';
import { mergeLabel } from './variants.js';

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

describe('a grid', () => {
  const cells = gridOf(spec, depths);

  it('has every combination once', () => {
    // 2 models × (1 + 2 × 2) tasks × 2 texts × 2 lengths × (base + 2 + 1 + 2 + 2) variants.
    expect(cells).toHaveLength(2 * 5 * 2 * 2 * 8);
    expect(new Set(cells.map(({ key }) => key)).size).toBe(cells.length);
  });

  it('keeps groups together, base first', () => {
    const groups = cells.map(groupOf);
    for (let i = 0; i < groups.length; i += 8) {
      expect(new Set(groups.slice(i, i + 8)).size).toBe(1);
      expect(cells[i]?.variant).toEqual({ label: 'base' });
    }
    expect(new Set(groups).size).toBe(groups.length / 8);
  });

  it('crosses merges with layers, except those with their own', () => {
    expect(cells.slice(0, 8).map(({ variant }) => [variant.label, variant.layer, variant.merge])).toEqual([
      ['base', undefined, undefined],
      ['slerp', 2, { afterLayer: 2 }],
      ['slerp', 8, { afterLayer: 8 }],
      ['own', 3, { afterLayer: 3 }],
      ['mean, keepEnd 8', 2, { afterLayer: 2, interpolation: 'mean', keepEnd: 8 }],
      ['mean, keepEnd 8', 8, { afterLayer: 8, interpolation: 'mean', keepEnd: 8 }],
      ['drop the first of each pair', 2, { afterLayer: 2, interpolation: 'drop' }],
      ['drop the first of each pair', 8, { afterLayer: 8, interpolation: 'drop' }],
    ]);
  });

  it('scales layers to the depth of a model', () => {
    expect(layersOf([2, 4, 12, 16, 28], 32)).toEqual([2, 4, 12, 16, 28]);
    expect(layersOf([2, 4, 12, 16, 28], 30, 32)).toEqual([2, 4, 11, 15, 26]);
    expect(layersOf([2, 4, 12, 16, 28], 6, 32)).toEqual([0, 1, 2, 3, 5]);
  });

  it('names a merge by what is not the default', () => {
    expect(mergeLabel({ interpolation: 'slerp', keepStart: 4 })).toBe('slerp');
    expect(mergeLabel({ positions: 'compact', proportionalAttention: false })).toBe(
      'slerp, positions compact, proportionalAttention false',
    );
    expect(mergeLabel({ afterLayer: [8, 20] })).toBe('slerp, afterLayer [8,20]');
  });
});
