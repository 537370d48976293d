import { expect, it } from 'vitest';
import { shippedProbes, unpackProbes } from './shipped-probes.js';

it('unpacks weights, biases and thresholds by layer', () => {
  const numbers = Float32Array.of(1, 2.5, -3, 5, 4, -0.5, 6, 7);
  const base64 = Buffer.from(numbers.buffer).toString('base64');
  const probes = unpackProbes({ features: 2, layers: [3, 7], base64 });
  expect([...probes.keys()]).toEqual([3, 7]);
  expect(Array.from(probes.get(3)?.weights ?? [])).toEqual([1, 2.5]);
  expect(probes.get(3)).toMatchObject({ bias: -3, threshold: 5 });
  expect(Array.from(probes.get(7)?.weights ?? [])).toEqual([4, -0.5]);
  expect(probes.get(7)).toMatchObject({ bias: 6, threshold: 7 });
});

it('has whole probes for models of the catalogue, and none for paths', async () => {
  const probes = await shippedProbes('smollm2-135m-instruct');
  expect(probes?.size).toBe(29);
  for (const { weights, bias, threshold } of probes?.values() ?? []) {
    expect(weights).toHaveLength(576);
    expect([...Float32Array.from(weights), bias, threshold].every(Number.isFinite)).toBe(true);
  }
  expect(await shippedProbes('./smollm2-135m-instruct')).toBeUndefined();
});
