import { expect, it } from 'vitest';
import {
  cachedStreamOf,
  cacheName,
  capturedName,
  captureOutput,
  domainsOfPlans,
  isCache,
  isCachedStream,
  layerOf,
  layerOutput,
  mergeOutput,
  streamName,
  tailStates,
  withoutLayer,
} from './value-name.js';

it('tells the layer that a value or a cache is named after', () => {
  expect(layerOf(layerOutput(12))).toBe(12);
  expect(layerOf('layers.3')).toBe(3);
  expect(layerOf('cache.layers.0.attention.keys')).toBe(0);
  for (const name of ['head', 'layersnorm.1', 'cache.tokens/2@15.sizes', 'model.layers.1.x'])
    expect(layerOf(name)).toBeUndefined();
});

it('leaves the layer out of a name', () => {
  expect(withoutLayer('layers.3.attention.queries')).toBe('attention.queries');
  expect(withoutLayer('cache.layers.3.attention.keys')).toBe('cache.attention.keys');
  expect(withoutLayer('norm.output')).toBe('norm.output');
});

it('tells cached streams from cached keys, values and tails', () => {
  const stream = cacheName(streamName('tokens/2@15', 'extents'));
  expect(cachedStreamOf(stream)).toEqual({ domain: 'tokens/2@15', stream: 'extents' });
  expect([stream, tailStates(15), 'cache.layers.15.attention.keys'].map(isCachedStream)).toEqual([
    true,
    false,
    false,
  ]);
  expect(isCache(tailStates(15))).toBe(true);
  expect(isCache('logits')).toBe(false);
});

it('reads what outputs tell of merges and captures', () => {
  const outputs = ['logits', mergeOutput('tokens/2@1', 'plan'), mergeOutput('tokens/2@1', 'extents')];
  expect(domainsOfPlans(outputs)).toEqual(['tokens/2@1']);
  expect(capturedName(captureOutput('layers.0.output'))).toBe('layers.0.output');
  expect(capturedName('logits')).toBeUndefined();
});
