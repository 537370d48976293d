import { describe, expect, it } from 'vitest';
import { bootstrap, quantile } from './bootstrap.js';

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
