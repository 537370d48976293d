import { describe, expect, it } from 'vitest';
import { everywhere, type KernelVariant } from '../kernels/variants.js';
import { fastest, type TimeCase, timeVariants } from './variant-timings.js';

/** A case whose runs take the given times in turn; the last goes on. */
function taking(times: Readonly<Record<KernelVariant, readonly number[]>>): TimeCase {
  const runs = { serial: 0, parallel: 0 };
  return async (variant) => {
    const ofVariant = times[variant];
    return ofVariant[Math.min(runs[variant]++, ofVariant.length - 1)] as number;
  };
}

const serialWins = taking({ serial: [1], parallel: [2] });
const parallelWins = taking({ serial: [3], parallel: [1] });

describe('timeVariants', () => {
  it('finds the faster variant of each kernel for itself', async () => {
    const timings = await timeVariants({
      norm: [parallelWins],
      attention: [serialWins],
      tokenMerge: [serialWins, serialWins],
      linear: [parallelWins, parallelWins],
    });
    expect(fastest(timings)).toEqual({
      norm: 'parallel',
      attention: 'serial',
      tokenMerge: 'serial',
      linear: 'parallel',
    });
    expect(timings.norm.serialMs).toBeCloseTo(3, 9);
    expect(timings.norm.parallelMs).toBeCloseTo(1, 9);
  });

  it('takes the median of a case, so that one slow run decides nothing', async () => {
    const disturbed = taking({ serial: [2, 2, 2], parallel: [1, 900, 1] });
    const timings = await timeVariants({ norm: [disturbed], attention: [], tokenMerge: [], linear: [] });
    expect(timings.norm.variant).toBe('parallel');
    expect(timings.norm.serialMs).toBeCloseTo(2, 9);
    expect(timings.norm.parallelMs).toBeCloseTo(1, 9);
  });

  it('weighs cases by how many times faster they are, not by how long they take', async () => {
    // Serial is four times faster where it is short, and a third slower where it is long.
    const short = taking({ serial: [1], parallel: [4] });
    const long = taking({ serial: [400], parallel: [300] });
    const timings = await timeVariants({ norm: [short, long], attention: [], tokenMerge: [], linear: [] });
    expect(timings.norm.variant).toBe('serial');
    expect(timings.norm.serialMs).toBeCloseTo(20, 9);
    expect(timings.norm.parallelMs).toBeCloseTo(Math.sqrt(1200), 9);
  });

  it('lets the variants take turns', async () => {
    const order: KernelVariant[] = [];
    const recorded: TimeCase = async (variant) => order.push(variant);
    await timeVariants({ norm: [recorded], attention: [], tokenMerge: [], linear: [] });
    expect(order).toEqual(['serial', 'parallel', 'serial', 'parallel', 'serial', 'parallel']);
  });
});

it('everywhere takes one variant', () => {
  expect(new Set(Object.values(everywhere('parallel')))).toEqual(new Set(['parallel']));
});
