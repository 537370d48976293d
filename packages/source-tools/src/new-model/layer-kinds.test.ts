import { describe, expect, it } from 'vitest';
import { array, call, code, type Expression, object } from '../written-source/expression.js';
import { writeLayers } from './layer-kinds.js';

/** Layers that differ in their windows alone. */
function windows(...sizes: readonly (number | null)[]): readonly Expression[] {
  return sizes.map((size) => {
    const window: Expression = size === null ? code('null') : { kind: 'number', value: size };
    return array([call('selfAttention', object([['mask', call('causal', object([['window', window]]))]]))]);
  });
}

describe('writeLayers', () => {
  it('repeats layers that are alike', () => {
    const written = writeLayers(windows(8, 8, 8));
    expect(written).toMatchObject({ layers: 'repeat', kinds: new Map() });
    expect(written.head).toBeUndefined();
  });

  it.each([
    [[8, 8, null, 8, 8, null], '(index + 1) % 3 === 0 ? FULL_ATTENTION : SLIDING_ATTENTION'],
    [[null, 8, 8, null, 8], 'index % 3 !== 0 ? SLIDING_ATTENTION : FULL_ATTENTION'],
    [[null, null, 8, 8, 8], 'index >= 2 ? SLIDING_ATTENTION : FULL_ATTENTION'],
    [[8, null, 8, null], '(index + 1) % 2 === 0 ? FULL_ATTENTION : SLIDING_ATTENTION'],
  ])('finds the rule of %j', (sizes, rule) => {
    const { head, kinds } = writeLayers(windows(...sizes));
    expect(head).toEqual({ parameter: 'index: number', statement: `const { window } = ${rule};` });
    expect([...kinds.keys()].sort()).toEqual(['FULL_ATTENTION', 'SLIDING_ATTENTION']);
  });

  it('lists layers of two kinds without a rule', () => {
    const { layers, kinds } = writeLayers(windows(8, 8, null, null, 8, null));
    expect(layers).toEqual(call('LAYER_OPTIONS.map', code('layer')));
    const names = ['SLIDING', 'SLIDING', 'FULL', 'FULL', 'SLIDING', 'FULL'].map((kind) =>
      code(`${kind}_ATTENTION`),
    );
    expect(kinds.get('LAYER_OPTIONS')).toEqual(array(names));
  });

  it('lists what differs where there are more kinds', () => {
    const { kinds, template } = writeLayers(windows(1, 2, 3));
    const options = [1, 2, 3].map((value) => object([['window', { kind: 'number', value }]]));
    expect([...kinds]).toEqual([['LAYER_OPTIONS', array(options)]]);
    expect(JSON.stringify(template)).toContain('["window",{"kind":"code","text":"window"}]');
  });
});
