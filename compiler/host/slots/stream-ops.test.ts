import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergePlanAttributes, PositionStrategy } from '../../ir/ops.js';
import type { HostArray } from '../host-array.js';
import { mergedExtents, mergedPositions, mergedSizes, mergePlan, targets } from './stream-ops.js';

const pairing: fc.Arbitrary<MergePlanAttributes> = fc.record({
  keepStart: fc.nat(5),
  keepEnd: fc.nat(5),
  minLength: fc.nat(6),
  pairing: fc.constantFrom('consecutive' as const, 'reference' as const),
  keepEndThreshold: fc.nat(8),
  domain: fc.constant('tokens/2@0'),
  symbol: fc.constant('N0'),
});

const attributes = fc
  .tuple(pairing, fc.constantFrom(2 as const, 3 as const, 4 as const))
  .map(([drawn, group]) => (drawn.pairing === 'reference' ? drawn : { ...drawn, group }));

interface Streams {
  readonly extents: HostArray;
  readonly sizes: HostArray;
  readonly positionIds: HostArray;
}

/** Rows of so many tokens each, padded on the left to a common length. */
function batch(lengths: readonly number[]): Streams {
  const n = Math.max(0, ...lengths);
  const position = (i: number) => (i % n) - (n - (lengths[Math.floor(i / n)] as number));
  const positions = Array.from({ length: lengths.length * n }, (_, i) => position(i));
  const padded = positions.map((p) => Math.max(p, -1));
  const shape = [lengths.length, n];
  return {
    extents: { shape: [...shape, 2], data: Int32Array.from(padded.flatMap((p) => [p, p])) },
    sizes: { shape, data: Float32Array.from(positions, (p) => (p < 0 ? 0 : 1)) },
    positionIds: { shape, data: Float32Array.from(positions, (p) => Math.max(p, 0)) },
  };
}

function merged(streams: Streams, options: MergePlanAttributes, strategy: PositionStrategy): Streams {
  const plan = mergePlan(streams.extents, streams.sizes, options);
  const extents = mergedExtents(streams.extents, plan);
  const sizes = mergedSizes(streams.sizes, plan);
  return {
    extents,
    sizes,
    positionIds: mergedPositions(streams.positionIds, plan, extents, sizes, strategy),
  };
}

interface SlotView {
  readonly first: number;
  readonly last: number;
  readonly size: number;
  readonly position: number;
}

/** The valid slots of one row. */
function row({ extents, sizes, positionIds }: Streams, index: number): SlotView[] {
  const [, m = 0] = sizes.shape;
  return Array.from({ length: m }, (_, i) => index * m + i)
    .filter((i) => (sizes.data[i] as number) > 0)
    .map((i) => ({
      first: extents.data[2 * i] as number,
      last: extents.data[2 * i + 1] as number,
      size: sizes.data[i] as number,
      position: positionIds.data[i] as number,
    }));
}

const lengths = fc.array(fc.nat(24), { minLength: 1, maxLength: 4 });

describe('streams behind merges', () => {
  it('lose no token: extents tile the row, sizes are their lengths', () => {
    fc.assert(
      fc.property(lengths, fc.array(attributes, { minLength: 1, maxLength: 3 }), (counts, merges) => {
        const last = merges.reduce((streams, options) => merged(streams, options, 'midpoint'), batch(counts));
        counts.forEach((count, index) => {
          const slots = row(last, index);
          const covered = slots.flatMap(({ first, size }) =>
            Array.from({ length: size }, (_, i) => first + i),
          );
          expect(covered).toEqual(Array.from({ length: count }, (_, i) => i));
          for (const { first, last: end, size } of slots) expect(size).toBe(end - first + 1);
        });
      }),
    );
  });

  it('of a row in a padded batch are those of the row alone', () => {
    fc.assert(
      fc.property(
        lengths,
        attributes,
        fc.constantFrom('midpoint', 'compact', 'last'),
        (counts, options, at) => {
          const together = merged(batch(counts), options, at as PositionStrategy);
          counts.forEach((count, index) => {
            const alone = merged(batch([count]), options, at as PositionStrategy);
            expect(row(together, index)).toEqual(row(alone, 0));
          });
        },
      ),
    );
  });

  it('mark padding as [−1, −1] of size 0, on the left', () => {
    const options = { ...consecutive, keepStart: 0, keepEnd: 0 };
    const streams = merged(batch([3, 6]), options, 'midpoint');
    expect(streams.sizes.shape).toEqual([2, 3]);
    const uneven = merged(batch([1, 6]), options, 'midpoint');
    expect([...uneven.sizes.data]).toEqual([0, 0, 1, 2, 2, 2]);
    expect([...uneven.extents.data]).toEqual([-1, -1, -1, -1, 0, 0, 0, 1, 2, 3, 4, 5]);
    expect([...targets(uneven.extents, uneven.sizes).data]).toEqual([-1, -1, 1, 2, 4, 6]);
  });

  it.each([
    ['midpoint', [0, 1.5, 3.5, 5]],
    ['first', [0, 1, 3, 5]],
    ['last', [0, 2, 4, 5]],
    ['compact', [0, 1, 2, 3]],
  ] as const)('stand at their %s', (strategy, positions) => {
    const streams = merged(batch([6]), { ...consecutive, keepStart: 1, keepEnd: 1 }, strategy);
    expect([...streams.positionIds.data]).toEqual(positions);
  });

  it.each([
    ['midpoint', [0, 2, 5, 7, 8]],
    ['first', [0, 1, 4, 7, 8]],
    ['last', [0, 3, 6, 7, 8]],
    ['compact', [0, 1, 2, 3, 4]],
  ] as const)('of groups of three stand at their %s', (strategy, positions) => {
    const options = { ...consecutive, group: 3 as const, keepStart: 1, keepEnd: 1 };
    const streams = merged(batch([9]), options, strategy);
    expect([...streams.positionIds.data]).toEqual(positions);
    expect([...streams.sizes.data]).toEqual([1, 3, 3, 1, 1]);
    expect([...streams.extents.data]).toEqual([0, 0, 1, 3, 4, 6, 7, 7, 8, 8]);
    expect([...targets(streams.extents, streams.sizes).data]).toEqual([1, 4, 7, 8, 9]);
  });

  it('keep their positions in a row that is too short to merge', () => {
    const first = merged(batch([7, 5]), consecutive, 'midpoint');
    const second = merged(first, { ...consecutive, minLength: 4 }, 'first');
    expect(row(first, 0).map(({ position }) => position)).toEqual([0.5, 2.5, 4.5, 6]);
    expect(row(second, 0).map(({ position }) => position)).toEqual([0, 4]);
    expect(row(second, 1).map(({ position }) => position)).toEqual([0.5, 2.5, 4]);
  });

  it('add up over two merges, in original positions', () => {
    const twice = merged(merged(batch([9]), consecutive, 'midpoint'), consecutive, 'midpoint');
    expect(row(twice, 0)).toEqual([
      { first: 0, last: 3, size: 4, position: 1.5 },
      { first: 4, last: 7, size: 4, position: 5.5 },
      { first: 8, last: 8, size: 1, position: 8 },
    ]);
  });

  it('are empty for empty rows', () => {
    const plan = mergePlan(batch([0]).extents, batch([0]).sizes, consecutive);
    expect(plan.shape).toEqual([1, 0, 3]);
    expect(mergedSizes(batch([0]).sizes, plan)).toEqual({ shape: [1, 0], data: new Float32Array(0) });
  });
});

const consecutive: MergePlanAttributes = {
  keepStart: 0,
  keepEnd: 0,
  minLength: 4,
  pairing: 'consecutive',
  keepEndThreshold: 0,
  domain: 'tokens/2@0',
  symbol: 'N0',
};
