import { DEFAULT_PROTECTION, PROBED_PROTECTION, type SlerpMergeOptions } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { expect, it } from 'vitest';
import { withProtection } from './merge-protection.js';

const tokenizer = {} as Tokenizer;
const probes = new Map([3, 5].map((layer) => [layer, { weights: [1], bias: 0, threshold: layer + 0.5 }]));
const protects = (...merges: SlerpMergeOptions[]) =>
  withProtection(merges, tokenizer, probes).map(({ protect }) => protect);

it('protects what surprises where the layer has a probe, and capitals elsewhere', () => {
  expect(protects({ afterLayer: 3 })).toEqual([PROBED_PROTECTION]);
  expect(protects({ afterLayer: 4 })).toEqual([DEFAULT_PROTECTION]);
  // Probes know the states of tokens, and behind a merge there are slots.
  expect(protects({ afterLayer: 3 }, { afterLayer: 5 })).toEqual([PROBED_PROTECTION, DEFAULT_PROTECTION]);
});

it('protects capitals where a merge goes on and keeps too few tokens to judge by', () => {
  expect(protects({ afterLayer: 3, stream: 'exact', keepEnd: 16 })).toEqual([PROBED_PROTECTION]);
  expect(protects({ afterLayer: 3, stream: 'exact', keepEnd: 15 })).toEqual([DEFAULT_PROTECTION]);
  expect(protects({ afterLayer: 3, keepEnd: 0 })).toEqual([PROBED_PROTECTION]);
});

it('leaves what a merge names, and protects nothing without a tokenizer or as the reference', () => {
  expect(protects({ afterLayer: 3, protect: ['rare'] })).toEqual([['rare']]);
  expect(protects({ afterLayer: 3, interpolation: 'reference' })).toEqual([undefined]);
  expect(withProtection([{ afterLayer: 4 }], undefined, probes)).toEqual([{ afterLayer: 4 }]);
});

it('takes the threshold of the probe unless the merge names one', () => {
  const thresholds = (merge: SlerpMergeOptions) => withProtection([merge], tokenizer, probes)[0]?.surprise;
  expect([{ afterLayer: 3 }, { afterLayer: 3, surprise: 2 }, { afterLayer: 4 }].map(thresholds)).toEqual([
    3.5,
    2,
    undefined,
  ]);
});
