import type { HostArray } from '@geodesic/compiler';

/** One slot behind a merge. */
export interface MergedSlot {
  /** First and last original position that the slot stands for. */
  readonly extent: readonly [first: number, last: number];
  /** Whether two tokens were combined, rather than one kept. */
  readonly merged: boolean;
  /** Cosine of the two states, and |first| / |second|; both 1 where nothing was combined. */
  readonly cosine: number;
  readonly normRatio: number;
}

/** Which tokens went into which slot, a list of slots for each row. */
export interface MergeTrace {
  /** The domain that the merge made, such as `tokens/2@15`. */
  readonly domain: string;
  readonly rows: readonly (readonly MergedSlot[])[];
}

/** Reads the trace of one merge from its plan [B, M, 3], extents [B, M, 2] and statistics [B, M, 2]. */
export function mergeTrace(
  domain: string,
  plan: HostArray,
  extents: HostArray,
  statistics: Float32Array,
): MergeTrace {
  const [rows = 0, slots = 0] = plan.shape;
  const slotAt = (slot: number): MergedSlot[] => {
    const [left, right] = [plan.data[slot * 3] as number, plan.data[slot * 3 + 1] as number];
    if (left < 0 && right < 0) return [];
    return [
      {
        extent: [extents.data[slot * 2] as number, extents.data[slot * 2 + 1] as number],
        merged: left >= 0 && right >= 0,
        cosine: statistics[slot * 2] as number,
        normRatio: statistics[slot * 2 + 1] as number,
      },
    ];
  };
  return {
    domain,
    rows: Array.from({ length: rows }, (_, row) =>
      Array.from({ length: slots }, (_, i) => slotAt(row * slots + i)).flat(),
    ),
  };
}
