import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergeChoiceAttributes } from '../../ir/ops.js';
import { mergeChoice } from './merge-choice.js';

const all: MergeChoiceAttributes = {
  ratio: 1,
  threshold: -1,
  normFactor: null,
  domain: 'tokens/2@0',
  symbol: 'N0',
};

/** One row: a kept token, pairs with the given cosines and norm ratios, and a token that stayed alone. */
function choose(pairs: readonly (readonly [cosine: number, ratio: number])[], options: object): number[][] {
  const slots = [
    [0, -1, 0],
    ...pairs.map((_, i) => [2 * i + 1, 2 * i + 2, 1]),
    [2 * pairs.length + 1, -1, 1],
  ];
  const statistics = [[1, 1], ...pairs, [1, 1]];
  const { shape, data } = mergeChoice(
    { shape: [1, slots.length, 3], data: Int32Array.from(slots.flat()) },
    { shape: [1, slots.length, 2], data: Float32Array.from(statistics.flat()) },
    { ...all, ...options },
  );
  return Array.from({ length: shape[1] as number }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)]);
}

/** Left members of the pairs that were made. */
const made = (slots: readonly (readonly number[])[]) =>
  slots.filter(([, right]) => right !== -1).map(([left]) => left);

describe('mergeChoice', () => {
  it('takes groups of four apart as a whole', () => {
    const slots = [
      [0, -1, -1, -1, 0],
      [1, 2, 3, 4, 1],
      [5, 6, 7, 8, 1],
      [9, -1, -1, -1, 1],
    ];
    const statistics = [1, 1, 0.3, 1, 0.6, 1, 1, 1];
    const { shape, data } = mergeChoice(
      { shape: [1, 4, 5], data: Int32Array.from(slots.flat()) },
      { shape: [1, 4, 2], data: Float32Array.from(statistics) },
      { ...all, ratio: 0.5 },
    );
    expect(shape).toEqual([1, 7, 5]);
    const singles = [1, 2, 3, 4].map((token) => [token, -1, -1, -1, 1]);
    expect([...data]).toEqual([slots[0], ...singles, slots[2], slots[3]].flat(2));
  });

  const pairs = [
    [0.9, 1],
    [0.5, 3],
    [0.7, 0.4],
    [0.7, 1.5],
  ] as const;

  it.each<[string, object, number[]]>([
    ['everything', {}, [1, 3, 5, 7]],
    ['the most similar half', { ratio: 0.5 }, [1, 5]],
    ['the first of equals, rounded', { ratio: 0.4 }, [1, 5]],
    ['none where the share rounds to nothing', { ratio: 0.1 }, []],
    ['what reaches a cosine', { threshold: 0.7 }, [5, 7, 1].sort()],
    ['the most similar of those', { threshold: 0.7, ratio: 0.25 }, [1]],
    ['what has norms alike, and the share of these', { normFactor: 2, ratio: 0.5 }, [1]],
    ['what has norms alike', { normFactor: 2 }, [1, 7]],
  ])('takes %s', (_, options, expected) => {
    const rounded = options as Partial<MergeChoiceAttributes>;
    const float32 = rounded.threshold === undefined ? rounded : { ...rounded, threshold: Math.fround(0.7) };
    expect(made(choose(pairs, float32))).toEqual(expected);
  });

  it('leaves the members of the others alone, in order and in the region', () => {
    expect(choose([pairs[0], pairs[1]], { ratio: 0.5 })).toEqual([
      [0, -1, 0],
      [1, 2, 1],
      [3, -1, 1],
      [4, -1, 1],
      [5, -1, 1],
    ]);
  });

  it('chooses in each row by itself, and pads on the left', () => {
    const candidates = {
      shape: [2, 2, 3],
      data: Int32Array.of(...[0, 1, 1], ...[2, 3, 1], ...[-1, -1, 0], ...[0, 1, 1]),
    };
    const statistics = { shape: [2, 2, 2], data: Float32Array.of(0.1, 1, 0.2, 1, 1, 1, 0.9, 1) };
    const plan = mergeChoice(candidates, statistics, { ...all, ratio: 0.5 });
    expect(plan).toEqual({
      shape: [2, 3, 3],
      data: Int32Array.of(
        ...[0, -1, 1],
        ...[1, -1, 1],
        ...[2, 3, 1],
        ...[-1, -1, 0],
        ...[-1, -1, 0],
        ...[0, 1, 1],
      ),
    });
  });

  it('never takes a pair that is less similar than one it leaves', () => {
    const cosines = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(cosines, fc.double({ min: 0.01, max: 1, noNaN: true }), (drawn, ratio) => {
        const taken = made(
          choose(
            drawn.map((cosine) => [cosine, 1] as const),
            { ratio },
          ),
        ).map((left) => ((left as number) - 1) / 2);
        expect(taken).toHaveLength(Math.round(ratio * drawn.length));
        const left = drawn.filter((_, i) => !taken.includes(i));
        expect(Math.min(2, ...taken.map((i) => drawn[i] as number))).toBeGreaterThanOrEqual(
          Math.max(-2, ...left),
        );
      }),
    );
  });
});
