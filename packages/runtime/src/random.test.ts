import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from './random.js';

const take = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

it('gives the same numbers for a seed, and others for another', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(take(seed, 10)).toEqual(take(seed, 10));
      expect(take(seed, 10)).not.toEqual(take(seed + 1, 10));
    }),
  );
});

it('fills [0, 1) evenly', () => {
  const count = 20_000;
  const bins = new Array<number>(10).fill(0);
  for (const value of take(1, count)) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
    const bin = Math.floor(value * 10);
    bins[bin] = (bins[bin] as number) + 1;
  }
  // Five standard deviations of a bin's count.
  for (const bin of bins) expect(Math.abs(bin - count / 10)).toBeLessThan(5 * Math.sqrt(count * 0.1 * 0.9));
});
