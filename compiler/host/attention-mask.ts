import { GeodesicError } from '../error.js';
import type { HostArray } from './host-array.js';

/** What masked attention logits get added: far below any logit, but finite, so that a row that sees nothing stays finite. */
export const MASKED = -1e9;

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
  const seen = Float32Array.from(keySizes?.data ?? [], (size) => (proportional ? Math.log(size) : 0));
  const data = emptyMask(rows, queryCount, keyCount);
  const reach = window ?? Number.POSITIVE_INFINITY;
  for (let query = 0; query < rows * queryCount; query++) {
    const row = Math.floor(query / queryCount);
    const last = queries[query] as number;
    if (last < 0) continue;
    for (let key = row * keyCount; key < (row + 1) * keyCount; key++) {
      const position = keys[key] as number;
      if (position > last) break;
      if (position < 0 || last - position >= reach) continue;
      data[query * keyCount + key - row * keyCount] = seen[key] as number;
    }
  }
  return { shape: [rows, 1, queryCount, keyCount], data };
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
  return Int32Array.from(sizes?.data ?? [], (size, i) =>
    size > 0 ? (extents?.data[2 * i + 1] as number) : -1,
  );
}
