import { type HostArray, slotsOfPlan } from '@geodesic/compiler';

/** One slot behind a merge. */
export interface MergedSlot {
  /** First and last original position that the slot stands for. */
  readonly extent: readonly [first: number, last: number];
  /** Whether several tokens were combined, rather than one kept. */
  readonly merged: boolean;
  /**
   * Cosine of the two states, and |first| / |second|; of a larger group the mean cosine of its pairs, and the largest norm over the
   * smallest; both 1 where nothing was combined.
   */
  readonly cosine: number;
  readonly normRatio: number;
}

/** Which tokens went into which slot, a list of slots for each row. */
export interface MergeTrace {
  /** The domain that the merge made, such as `tokens/2@15`. */
  readonly domain: string;
  readonly rows: readonly (readonly MergedSlot[])[];
}

/** Reads the trace of one merge from its plan [B, M, group + 1], extents [B, M, 2] and statistics [B, M, 2]. */
export function mergeTrace(
  domain: string,
  plan: HostArray,
  extents: HostArray,
  statistics: Float32Array,
): MergeTrace {
  return {
    domain,
    rows: slotsOfPlan(plan).map((slots) =>
      slots.map(({ slot, index }) => ({
        extent: [extents.data[index * 2] as number, extents.data[index * 2 + 1] as number],
        merged: slot.members.length > 1,
        cosine: statistics[index * 2] as number,
        normRatio: statistics[index * 2 + 1] as number,
      })),
    ),
  };
}
