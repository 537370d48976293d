import { describe, expect, it } from 'vitest';
import { resolveMergeOptions, type SlerpMergeOptions } from './options.js';
import { slerpMerge } from './slerp-merge.js';

describe('resolveMergeOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveMergeOptions({ afterLayer: 15 })).toEqual({
      afterLayer: 15,
      group: 2,
      keepStart: 4,
      keepEnd: 32,
      minLength: 4,
      interpolation: 'slerp',
      positions: 'midpoint',
      proportionalAttention: false,
      keepEndThreshold: 32,
      protect: [],
      surprise: 6.3,
      ratio: 1,
      threshold: -1,
      stream: 'off',
      chunk: 32,
      evict: 'off',
    });
    expect(resolveMergeOptions({ afterLayer: 0, keepEnd: 7 }).keepEndThreshold).toBe(7);
    const reference = {
      afterLayer: 0,
      keepEnd: 7,
      keepEndThreshold: 12,
      interpolation: 'reference',
    } as const;
    expect(resolveMergeOptions(reference).keepEndThreshold).toBe(12);
  });

  it('takes undefined for the default, and 0 for itself', () => {
    const options = { afterLayer: 0, keepStart: undefined, keepEnd: 0, proportionalAttention: true };
    expect(resolveMergeOptions(options as unknown as SlerpMergeOptions)).toMatchObject({
      keepStart: 4,
      keepEnd: 0,
      proportionalAttention: true,
    });
  });

  it('fixes positions and proportional attention of the reference', () => {
    const options = { afterLayer: 1, interpolation: 'reference', positions: 'last' } as const;
    expect(resolveMergeOptions({ ...options, proportionalAttention: true })).toMatchObject({
      positions: 'compact',
      proportionalAttention: false,
    });
  });

  it.each([
    [{ afterLayer: -1 }, 'slerpMerge: afterLayer must be a whole number of at least 0, not -1'],
    [{ afterLayer: 1.5 }, 'slerpMerge: afterLayer must be a whole number of at least 0, not 1.5'],
    [{}, 'slerpMerge: afterLayer must be a whole number of at least 0, not undefined'],
    [{ keepStart: Number.NaN }, 'slerpMerge: keepStart must be a whole number of at least 0, not NaN'],
    [{ keepEnd: '3' }, "slerpMerge: keepEnd must be a whole number of at least 0, not '3'"],
    [{ minLength: -4 }, 'slerpMerge: minLength must be a whole number of at least 0, not -4'],
    [{ keepEndThreshold: 4 }, "slerpMerge: keepEndThreshold belongs to the interpolation 'reference'"],
    [{ proportionalAttention: 'no' }, 'slerpMerge: proportionalAttention must be true or false'],
    [
      { keepend: 0 },
      'slerpMerge: there is no option keepend; there are afterLayer, group, keepStart, keepEnd, minLength, interpolation, positions, proportionalAttention, keepEndThreshold, protect, surprise, ratio, threshold, stream, chunk, evict',
    ],
    [
      { protect: ['digits', 'verbs'] },
      "slerpMerge: protect takes a predicate or a list of digits, capitalised, names, rare, newlines, special, norm-outliers, surprising, not 'verbs'",
    ],
    [
      { protect: 'digits' },
      "slerpMerge: protect takes a predicate or a list of digits, capitalised, names, rare, newlines, special, norm-outliers, surprising, not 'digits'",
    ],
    [
      { protect: ['digits'], interpolation: 'reference' },
      "slerpMerge: the interpolation 'reference' merges all its pairs: it goes with no protect, ratio or threshold",
    ],
    [
      { ratio: 0.5, interpolation: 'reference' },
      "slerpMerge: the interpolation 'reference' merges all its pairs: it goes with no protect, ratio or threshold",
    ],
    [{ ratio: 0 }, 'slerpMerge: ratio must be above 0 and at most 1, not 0'],
    [{ ratio: 1.5 }, 'slerpMerge: ratio must be above 0 and at most 1, not 1.5'],
    [{ ratio: '0.5' }, "slerpMerge: ratio must be above 0 and at most 1, not '0.5'"],
    [{ stream: 'on' }, "slerpMerge: stream must be one of off, exact, kv, not 'on'"],
    [{ evict: 'old' }, "slerpMerge: evict must be one of off, middle, key-norm, all, not 'old'"],
    [
      { evict: 'middle', positions: 'first' },
      "slerpMerge: evict merges nothing, so that it can't go with positions",
    ],
    [
      { evict: 'all', interpolation: 'drop' },
      "slerpMerge: evict merges nothing, so that it can't go with interpolation",
    ],
    [{ group: 1 }, 'slerpMerge: group must be one of 2, 3, 4, not 1'],
    [{ group: 5 }, 'slerpMerge: group must be one of 2, 3, 4, not 5'],
    [{ group: 2.5 }, 'slerpMerge: group must be one of 2, 3, 4, not 2.5'],
    [{ group: '3' }, "slerpMerge: group must be one of 2, 3, 4, not '3'"],
    [
      { group: 3, interpolation: 'reference' },
      "slerpMerge: the interpolation 'reference' merges pairs: it can't go with group 3",
    ],
    [{ group: 4, chunk: 3 }, 'slerpMerge: chunk must be a whole number of at least 4, not 3'],
    [{ chunk: 1 }, 'slerpMerge: chunk must be a whole number of at least 2, not 1'],
    [{ chunk: 2.5 }, 'slerpMerge: chunk must be a whole number of at least 2, not 2.5'],
    [
      { stream: 'exact', interpolation: 'reference' },
      "slerpMerge: the interpolation 'reference' can't go with stream: its pairs shift when a row grows",
    ],
    [
      { stream: 'exact', positions: 'compact' },
      "slerpMerge: positions 'compact' can't go with stream 'exact', which sees the tokens that it merges and not how many come before",
    ],
    [
      { stream: 'kv', positions: 'compact' },
      "slerpMerge: positions 'compact' can't go with stream 'kv', which sees the tokens that it merges and not how many come before",
    ],
    [
      { stream: 'kv', group: 3 },
      "slerpMerge: stream 'kv' merges the cached keys of pairs: it can't go with group 3",
    ],
    [{ threshold: Number.NaN }, 'slerpMerge: threshold must be from -1 to 1, not NaN'],
    [{ threshold: -2 }, 'slerpMerge: threshold must be from -1 to 1, not -2'],
    [
      { keepEndThreshold: -4, interpolation: 'reference' },
      'slerpMerge: keepEndThreshold must be a whole number of at least 0, not -4',
    ],
    [
      { interpolation: 'lerp' },
      "slerpMerge: interpolation must be one of slerp, mean, norm-preserving, drop, reference, not 'lerp'",
    ],
    [
      { positions: 'middle' },
      "slerpMerge: positions must be one of midpoint, first, last, compact, not 'middle'",
    ],
  ])('refuses %j', (bad, message) => {
    const options = ('afterLayer' in bad || Object.keys(bad).length === 0
      ? bad
      : { afterLayer: 0, ...bad }) as unknown as SlerpMergeOptions;
    expect(() => slerpMerge(options)).toThrow(expect.objectContaining({ code: 'merge.option', message }));
  });
});
