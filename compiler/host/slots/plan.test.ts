import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergePlanAttributes } from '../../ir/ops.js';
import { mergedLength, planRow, type Slot } from './plan.js';

type Options = Parameters<typeof planRow>[1];

const keeps = {
  keepStart: fc.nat(8),
  keepEnd: fc.nat(8),
  minLength: fc.nat(8),
  keepEndThreshold: fc.nat(12),
};
const optionsWith = (...pairings: MergePlanAttributes['pairing'][]): fc.Arbitrary<Options> =>
  fc.record({ ...keeps, pairing: fc.constantFrom(...pairings) });
const length = fc.nat(40);

const upTo = (n: number, first = 0) => Array.from({ length: n }, (_, i) => first + i);
const members = (slot: Slot) => slot.members.filter((token) => token >= 0);
const pairs = (slots: readonly Slot[]) => slots.filter((slot) => members(slot).length === 2);
const plain: Options = {
  keepStart: 0,
  keepEnd: 0,
  minLength: 4,
  keepEndThreshold: 0,
  pairing: 'consecutive',
};

describe('planRow', () => {
  it('puts every valid token into exactly one slot and keeps their order', () => {
    fc.assert(
      fc.property(length, fc.nat(20), optionsWith('consecutive', 'reference'), (n, padding, options) => {
        const tokens = upTo(n, padding);
        const slots = planRow(tokens, options);
        expect(slots.flatMap(members)).toEqual(tokens);
        expect(slots.every((slot) => members(slot).length > 0)).toBe(true);
      }),
    );
  });

  it('pairs neighbours only, inside [keepStart, n − keepEnd), from its start on', () => {
    fc.assert(
      fc.property(length, optionsWith('consecutive'), (n, options) => {
        const { keepStart, keepEnd, minLength } = options;
        const expected =
          n < minLength || n - keepStart - keepEnd < 2
            ? []
            : upTo(Math.floor((n - keepStart - keepEnd) / 2)).map((i) => keepStart + 2 * i);
        const found = pairs(planRow(upTo(n), options));
        expect(found).toEqual(expected.map((left) => ({ members: [left, left + 1], inRegion: true })));
      }),
    );
  });

  it('marks the kept start and end, and not the odd token, as outside the region', () => {
    const slots = planRow(upTo(8), { ...plain, keepStart: 2, keepEnd: 1 });
    expect(slots.map((slot) => [...members(slot), slot.inRegion])).toEqual([
      [0, false],
      [1, false],
      [2, 3, true],
      [4, 5, true],
      [6, true],
      [7, false],
    ]);
  });

  it('never shifts a pair when the row grows at its end', () => {
    fc.assert(
      fc.property(length, fc.nat(10), optionsWith('consecutive'), (n, more, options) => {
        const before = pairs(planRow(upTo(n), options));
        const after = pairs(planRow(upTo(n + more), options));
        expect(after.slice(0, before.length)).toEqual(before);
      }),
    );
  });

  it('anchors pairs at the first valid token, so that padding changes nothing', () => {
    fc.assert(
      fc.property(length, fc.nat(9), optionsWith('consecutive', 'reference'), (n, padding, options) => {
        const shift = (token: number) => (token < 0 ? token : token - padding);
        const padded = planRow(upTo(n, padding), options).map((slot) => ({
          ...slot,
          members: slot.members.map(shift),
        }));
        expect(padded).toEqual(planRow(upTo(n), options));
      }),
    );
  });

  it.each([
    [3, plain, 0],
    [4, plain, 2],
    [4, { ...plain, minLength: 5 }, 0],
    [2, { ...plain, minLength: 0 }, 1],
    [10, { ...plain, keepStart: 4, keepEnd: 5 }, 0],
    [10, { ...plain, keepStart: 4, keepEnd: 4 }, 1],
    [10, { ...plain, keepStart: 40 }, 0],
  ])('of %i tokens with %j makes %i pairs', (n, options, count) => {
    expect(pairs(planRow(upTo(n), options))).toHaveLength(count);
    expect(mergedLength(n, options)).toBe(n - count);
  });
});

describe('planRow with protected tokens', () => {
  const flags = fc.array(fc.boolean(), { minLength: 0, maxLength: 40 });
  const protectedBy = (marked: readonly boolean[]) => (token: number) => marked[token] === true;

  it('pairs what lies between them from the left', () => {
    //                      a  b  c  D  e  f  G  h  I  j  k
    const marked = [0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0].map(Boolean);
    const slots = planRow(upTo(11), plain, { isProtected: protectedBy(marked) }).map((slot) => slot.members);
    expect(slots).toEqual([[0, 1], [2], [3], [4, 5], [6], [7], [8], [9, 10]]);
  });

  it('leaves each of them alone, and no two unprotected neighbours beside each other', () => {
    fc.assert(
      fc.property(flags, optionsWith('consecutive'), (marked, options) => {
        const isProtected = protectedBy(marked);
        const slots = planRow(upTo(marked.length), options, { isProtected });
        expect(slots.flatMap(members)).toEqual(upTo(marked.length));
        expect(pairs(slots).some((slot) => members(slot).some(isProtected))).toBe(false);
        const isLoose = (slot: Slot | undefined) =>
          slot?.inRegion === true && members(slot).length === 1 && !isProtected(members(slot)[0] as number);
        expect(slots.some((slot, i) => isLoose(slot) && isLoose(slots[i + 1]))).toBe(false);
      }),
    );
  });

  it('never shifts a pair when the row grows at its end', () => {
    fc.assert(
      fc.property(flags, flags, optionsWith('consecutive'), (marked, more, options) => {
        const isProtected = protectedBy([...marked, ...more]);
        const before = pairs(planRow(upTo(marked.length), options, { isProtected }));
        const after = pairs(planRow(upTo(marked.length + more.length), options, { isProtected }));
        expect(after.slice(0, before.length)).toEqual(before);
      }),
    );
  });
});

describe('planRow in groups', () => {
  const group = fc.constantFrom(2 as const, 3 as const, 4 as const);
  const flags = fc.array(fc.boolean(), { minLength: 0, maxLength: 40 });
  const isGroup = (slot: Slot) => slot.members.length > 1;

  it('makes whole groups from the left, and leaves what is over alone', () => {
    const three = planRow(upTo(12), { ...plain, group: 3, keepStart: 1, keepEnd: 3 });
    expect(three.map((slot) => [...members(slot), slot.inRegion])).toEqual([
      [0, false],
      [1, 2, 3, true],
      [4, 5, 6, true],
      [7, true],
      [8, true],
      [9, false],
      [10, false],
      [11, false],
    ]);
    const four = planRow(upTo(7), { ...plain, group: 4 });
    expect(four.map(members)).toEqual([[0, 1, 2, 3], [4], [5], [6]]);
    expect(mergedLength(7, { ...plain, group: 4 })).toBe(4);
  });

  it('makes no smaller group before a protected token', () => {
    //                      a  b  C  d  e  f  g  H  i  j  k  l  m
    const marked = [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0].map(Boolean);
    const slots = planRow(
      upTo(13),
      { ...plain, group: 3 },
      { isProtected: (token) => marked[token] === true },
    );
    expect(slots.map(members)).toEqual([[0], [1], [2], [3, 4, 5], [6], [7], [8, 9, 10], [11], [12]]);
  });

  it('has all members of each, unprotected and neighbours, and nowhere enough loose tokens for one more', () => {
    fc.assert(
      fc.property(flags, group, optionsWith('consecutive'), (marked, size, options) => {
        const isProtected = (token: number) => marked[token] === true;
        const slots = planRow(upTo(marked.length), { ...options, group: size }, { isProtected });
        expect(slots.flatMap(members)).toEqual(upTo(marked.length));
        let loose = 0;
        for (const slot of slots) {
          expect([1, size]).toContain(members(slot).length);
          if (isGroup(slot)) expect(slot.inRegion && !members(slot).some(isProtected)).toBe(true);
          const isLoose = slot.inRegion && !isGroup(slot) && !isProtected(members(slot)[0] as number);
          loose = isLoose ? loose + 1 : 0;
          expect(loose).toBeLessThan(size);
        }
      }),
    );
  });

  it('never shifts one when the row grows at its end', () => {
    fc.assert(
      fc.property(flags, flags, group, optionsWith('consecutive'), (marked, more, size, options) => {
        const isProtected = (token: number) => [...marked, ...more][token] === true;
        const groups = (n: number) =>
          planRow(upTo(n), { ...options, group: size }, { isProtected }).filter(isGroup);
        const before = groups(marked.length);
        expect(groups(marked.length + more.length).slice(0, before.length)).toEqual(before);
      }),
    );
  });
});

describe('planRow of the tokens behind others', () => {
  it('goes on where the plan of all of them left off, once there are enough', () => {
    const count = fc.nat(40);
    fc.assert(
      fc.property(count, count, optionsWith('consecutive'), (settled, more, options) => {
        const n = settled + more;
        // Settled are the kept start, and pairs behind it.
        const start = Math.min(options.keepStart, n);
        const before = settled < start ? settled : start + 2 * Math.floor((settled - start) / 2);
        const all = pairs(planRow(upTo(n), options));
        const rest = planRow(upTo(n - before, before), options, { before });
        expect(pairs(rest)).toEqual(all.filter((slot) => (slot.members[0] as number) >= before));
        const least = 2 * Math.max(1, pairs(rest).length) + 2;
        const fewer = planRow(upTo(n - before, before), { ...options, leastRegion: least }, { before });
        expect(pairs(fewer)).toEqual([]);
      }),
    );
  });
});

describe('planRow of the reference', () => {
  const reference: Options = { ...plain, pairing: 'reference' };

  it('has the slots that the article says: n/2 + 1, or (n + 3)/2; up to 3 tokens stay', () => {
    for (let n = 4; n <= 60; n++) {
      expect(mergedLength(n, reference), `n = ${n}`).toBe(n % 2 === 0 ? n / 2 + 1 : (n + 3) / 2);
    }
    expect([0, 1, 2, 3].map((n) => mergedLength(n, reference))).toEqual([0, 1, 2, 3]);
  });

  it('pairs the first token, and the last one or two, with a zero vector', () => {
    const ends = (n: number) => planRow(upTo(n), reference).map((slot) => slot.members);
    expect(ends(4)).toEqual([
      [-1, 0],
      [1, 2],
      [3, -1],
    ]);
    expect(ends(7)).toEqual([
      [-1, 0],
      [1, 2],
      [3, 4],
      [5, -1],
      [6, -1],
    ]);
  });

  it('keeps the end only where more than the threshold remains behind the start', () => {
    const options = { ...reference, keepStart: 3, keepEnd: 4, keepEndThreshold: 12 };
    const keptEnd = (n: number) =>
      planRow(upTo(n), options)
        .slice(3)
        .filter((slot) => !slot.inRegion).length;
    expect([15, 16, 20].map(keptEnd)).toEqual([0, 4, 4]);
  });
});
