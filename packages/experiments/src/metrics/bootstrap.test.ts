import { describe, expect, it } from 'vitest';
import { bootstrap, bootstrapDifference, quantile } from './bootstrap.js';

const OPTIONS = { samples: 4000, confidence: 0.95, seed: 7 };

describe('bootstrap', () => {
  it('gives the interval of a mean that the normal approximation gives', () => {
    const items = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const estimate = bootstrap(items, 'mean', OPTIONS);
    // A share of 1/4 of 400: deviation √(p (1 − p) / n) = 0.02165.
    expect(estimate?.value).toBe(0.25);
    expect(estimate?.count).toBe(400);
    // Sampling 4000 times leaves the quantiles themselves uncertain by about a tenth of a deviation.
    expect(estimate?.low).toBeCloseTo(0.25 - 1.96 * 0.02165, 2);
    expect(estimate?.high).toBeCloseTo(0.25 + 1.96 * 0.02165, 2);
  });

  it('leaves out items that do not count', () => {
    expect(bootstrap([null, 2, null, 4], 'mean', OPTIONS)).toMatchObject({ value: 3, count: 2 });
    expect(bootstrap([null], 'mean', OPTIONS)).toBeUndefined();
    expect(bootstrap([], 'mean', OPTIONS)).toBeUndefined();
  });

  it('is the same for the same seed', () => {
    const items = [1, 5, 2, 8, 3];
    expect(bootstrap(items, 'mean', OPTIONS)).toEqual(bootstrap(items, 'mean', OPTIONS));
    const other = bootstrap(items, 'mean', { ...OPTIONS, samples: 50, seed: 8 });
    expect(other).not.toEqual(bootstrap(items, 'mean', { ...OPTIONS, samples: 50 }));
  });

  it('knows medians and means of logarithms', () => {
    expect(bootstrap([9, 1, 2], 'median', OPTIONS)?.value).toBe(2);
    expect(bootstrap([9, 1, 2, 4], 'median', OPTIONS)?.value).toBe(3);
    expect(bootstrap([Math.log(2), Math.log(8)], 'expMean', OPTIONS)?.value).toBeCloseTo(4, 12);
  });

  it('takes quantiles between values', () => {
    const sorted = Float64Array.of(0, 10, 20);
    expect(quantile(sorted, 0)).toBe(0);
    expect(quantile(sorted, 0.25)).toBe(5);
    expect(quantile(sorted, 1)).toBe(20);
  });
});

describe('the bootstrap of a difference', () => {
  it('draws items with both of their numbers', () => {
    // Items that differ far more from each other than their two numbers do.
    const others = Array.from({ length: 400 }, (_, i) => i);
    const items = others.map((other, i) => other + (i % 4 === 0 ? 1 : 0));
    const estimate = bootstrapDifference(items, others, 'mean', OPTIONS);
    expect(estimate?.value).toBeCloseTo(0.25, 12);
    expect(estimate?.count).toBe(400);
    // As the mean of the differences, a share of 1/4 of 400.
    expect(estimate?.low).toBeCloseTo(0.25 - 1.96 * 0.02165, 2);
    expect(estimate?.high).toBeCloseTo(0.25 + 1.96 * 0.02165, 2);
  });

  it('is of the statistics, which need not be that of the differences', () => {
    // The differences are -3, 2 and -3.
    expect(bootstrapDifference([1, 5, 2], [4, 3, 5], 'median', OPTIONS)?.value).toBe(-2);
  });

  it('leaves out items that do not count on either side', () => {
    expect(bootstrapDifference([null, 2, 3, 8], [1, null, 4, 4], 'mean', OPTIONS)).toMatchObject({
      value: 1.5,
      count: 2,
    });
    expect(bootstrapDifference([1, null], [null, 1], 'mean', OPTIONS)).toBeUndefined();
    expect(bootstrapDifference([1, 2], [1], 'mean', OPTIONS)).toMatchObject({ value: 0, count: 1 });
  });

  it('has no width where all items differ by as much', () => {
    expect(bootstrapDifference([1, 7, 4], [0, 6, 3], 'mean', OPTIONS)).toMatchObject({
      value: 1,
      low: 1,
      high: 1,
    });
  });
});
