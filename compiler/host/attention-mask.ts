import { GeodesicError } from '../error.js';
import type { HostArray } from './host-array.js';

/**
 * What masked attention logits get added: far below any logit, or keys that are hidden would be seen; but finite, as are sums of two, so
 * that a row that sees nothing stays finite. A float32 as it is.
 */
export const MASKED = -(2 ** 126);

/**
 * The additive mask [B, 1, N, T] of queries over keys, by original positions: see the op `attentionMask`.
 *
 * The last position of an extent orders the tokens of a row, before and after any merge, since merged tokens are consecutive.
 *
 * @throws GeodesicError `run.memory` for a mask larger than there is room for
 */
export function attentionMask(
  [queryExtents, querySizes, keyExtents, keySizes]: readonly HostArray[],
  { window, proportional }: { readonly window: number | null; readonly proportional: boolean },
): HostArray {
  const queries = lastPositions(queryExtents, querySizes);
  const keys = lastPositions(keyExtents, keySizes);
  const [rows = 0, queryCount = 0] = querySizes?.shape ?? [];
  const keyCount = keySizes?.shape[1] ?? 0;
  const added = addedByKeys(keySizes, proportional);
  const data = emptyMask(rows, queryCount, keyCount);
  const reach = window ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    // Both only move on from one query to the next. Padding between them is masked by what its keys add.
    let [first, end] = [row * keyCount, row * keyCount];
    for (let query = row * queryCount; query < (row + 1) * queryCount; query++) {
      const last = queries[query] as number;
      if (last < 0) continue;
      while (end < (row + 1) * keyCount && (keys[end] as number) <= last) end++;
      while (first < end && last - (keys[first] as number) >= reach) first++;
      data.set(added.subarray(first, end), query * keyCount + first - row * keyCount);
    }
  }
  return { shape: [rows, 1, queryCount, keyCount], data };
}

/** What each key adds to logits of queries that it is in reach of. */
function addedByKeys(sizes: HostArray | undefined, proportional: boolean): Float32Array {
  return Float32Array.from(sizes?.data ?? [], (size) => {
    if (size <= 0) return MASKED;
    return proportional ? Math.log(size) : 0;
  });
}

/** @throws GeodesicError `run.memory` */
function emptyMask(rows: number, queries: number, keys: number): Float32Array {
  try {
    return new Float32Array(rows * queries * keys).fill(MASKED);
  } catch (cause) {
    throw new GeodesicError(
      'run.memory',
      `the attention mask [${rows}, 1, ${queries}, ${keys}] takes ${rows * queries * keys * 4} bytes, for which the program has no room: take fewer rows, or shorter prompts`,
      { cause },
    );
  }
}

/** The last position of each token's extent, −1 for padding. */
function lastPositions(extents: HostArray | undefined, sizes: HostArray | undefined): Int32Array {
  const last = new Int32Array(sizes?.data.length ?? 0).fill(-1);
  for (let i = 0; i < last.length; i++) {
    if ((sizes?.data[i] as number) > 0) last[i] = extents?.data[2 * i + 1] as number;
  }
  return last;
}
