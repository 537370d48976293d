import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withinBudget } from './generated-budget.js';
import { GENERATED, STAYS_ALONE } from './protection-bits.js';

/** Which tokens stay alone: all of `flags` that there is room for, where all but the first `given` were generated. */
function kept(flags: ArrayLike<number>, given = 0, bits = 0): Uint8Array {
  const protection = Array.from(flags, (_, i) => (i < given ? bits : bits | GENERATED));
  return withinBudget(protection, Uint8Array.from(flags));
}

const count = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0);

/** Slots that a row has: pairs of tokens that don't stay alone, and the others. */
function slots(flags: Uint8Array): number {
  let pairs = 0;
  for (let i = 0; i + 1 < flags.length; i++) {
    if (flags[i] === 1 || flags[i + 1] === 1) continue;
    pairs += 1;
    i += 1;
  }
  return flags.length - pairs;
}

describe('withinBudget', () => {
  it('lets twelve slots be spent at once: 24 tokens that stay alone side by side, and what they earn', () => {
    // 24 tokens cost the 600 that are saved, and earned 24, for which one more may stay alone.
    expect([...kept(new Uint8Array(26).fill(1))]).toEqual([...new Array(25).fill(1), 0]);
  });

  it('takes a token that leaves the one before it alone for two', () => {
    expect(count(kept(Array.from({ length: 26 }, (_, i) => i % 2)))).toBe(13);
    expect(count(kept(Array.from({ length: 28 }, (_, i) => i % 2)))).toBe(13);
  });

  it('earns a slot with 50 tokens, and saves no more than twelve', () => {
    const burst = new Array(25).fill(1);
    const behindCalm = (tokens: number) =>
      count(kept([...burst, ...new Array(tokens).fill(0), ...burst]).subarray(burst.length));
    expect([100, 200].map(behindCalm)).toEqual([5, 9]);
    expect(behindCalm(10_000)).toBe(25);
  });

  it('leaves given tokens as they are, and what stays alone by itself', () => {
    const row = new Uint8Array(76).fill(1);
    expect(count(kept(row, 76))).toBe(76);
    expect([...kept(row, 50)]).toEqual([...new Array(75).fill(1), 0]);
    expect(count(kept(row, 0, STAYS_ALONE))).toBe(76);
  });

  it('spends no more than was saved and earned, whatever surprises', () => {
    const flags = fc.array(fc.constantFrom(0, 1), { maxLength: 2000 });
    fc.assert(
      fc.property(flags, (all) => {
        const within = kept(all);
        const most = Math.ceil(all.length / 2) + 12 + all.length / 50 + 1;
        expect(slots(within)).toBeLessThanOrEqual(most);
        expect(within.every((flag, i) => flag === 0 || all[i] === 1)).toBe(true);
      }),
    );
  });

  it('says of a token the same however the row goes on', () => {
    const flags = fc.array(fc.constantFrom(0, 1), { maxLength: 200 });
    fc.assert(
      fc.property(flags, flags, (row, more) => {
        expect([...kept([...row, ...more]).subarray(0, row.length)]).toEqual([...kept(row)]);
      }),
    );
  });
});
