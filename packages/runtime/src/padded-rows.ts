import { GeodesicError, type HostArray, TOKENS } from '@geodesic/compiler';

/**
 * The inputs of one run for rows of different lengths, padded on the left, so that every row's last token is in the last
 * column. Row r's tokens stand at positions starts[r], starts[r] + 1, …; the row counts as `lengths[r]` tokens long.
 *
 * @throws GeodesicError `run.empty` where there are no tokens
 */
export function padRows(
  rows: readonly (readonly number[])[],
  starts: readonly number[],
  lengths: readonly number[] = rows.map((row, r) => (starts[r] as number) + row.length),
): Record<string, HostArray> {
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) throw new GeodesicError('run.empty', 'no row has any tokens: the prompt is empty');
  const cells = rows.length * width;
  const ids = new Int32Array(cells);
  const positionIds = new Float32Array(cells);
  const extents = new Int32Array(cells * 2).fill(-1);
  const sizes = new Float32Array(cells);
  rows.forEach((row, r) => {
    row.forEach((id, i) => {
      const cell = r * width + (width - row.length) + i;
      const position = (starts[r] as number) + i;
      ids[cell] = id;
      positionIds[cell] = position;
      extents.set([position, position], cell * 2);
      sizes[cell] = 1;
    });
  });
  const shape = [rows.length, width];
  return {
    [`${TOKENS}.ids`]: { shape, data: ids },
    [`${TOKENS}.positionIds`]: { shape, data: positionIds },
    [`${TOKENS}.extents`]: { shape: [...shape, 2], data: extents },
    [`${TOKENS}.sizes`]: { shape, data: sizes },
    [`${TOKENS}.lengths`]: { shape: [rows.length], data: Int32Array.from(lengths) },
  };
}

/** Flags of rows of different lengths, padded on the left with 0: i32 [rows, width]. */
export function padFlags(rows: readonly ArrayLike<number>[]): HostArray {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const data = new Int32Array(rows.length * width);
  rows.forEach((row, r) => {
    data.set(row, (r + 1) * width - row.length);
  });
  return { shape: [rows.length, width], data };
}
