import { GeodesicError } from '../error.js';
import type { HostArray } from './host-array.js';

/** The streams of rows of tokens, [rows, width] each, padded on the left: every row's last token is in the last column. */
export interface PaddedRows {
  readonly ids: HostArray;
  readonly positionIds: HostArray;
  /** [rows, width, 2]; −1 for padding. */
  readonly extents: HostArray;
  /** 1 for tokens, 0 for padding. */
  readonly sizes: HostArray;
  /** [rows]: how many tokens each row counts as. */
  readonly lengths: HostArray;
}

/**
 * Rows of different lengths as the streams of one run. Row r's tokens stand at positions starts[r], starts[r] + 1, …; the row counts
 * as `lengths[r]` tokens long.
 *
 * @throws GeodesicError `run.empty` where there are no tokens
 */
export function padRows(
  rows: readonly (readonly number[])[],
  starts: readonly number[],
  lengths: readonly number[] = rows.map((row, r) => (starts[r] as number) + row.length),
): PaddedRows {
  const width = widthOf(rows);
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
    ids: { shape, data: ids },
    positionIds: { shape, data: positionIds },
    extents: { shape: [...shape, 2], data: extents },
    sizes: { shape, data: sizes },
    lengths: { shape: [rows.length], data: Int32Array.from(lengths) },
  };
}

/** The streams of one row of `length` tokens, none of them merged: extents [1, length, 2] and sizes [1, length]. */
export function rowOfSingles(length: number): Pick<PaddedRows, 'extents' | 'sizes'> {
  const extents = Int32Array.from({ length: 2 * length }, (_, i) => Math.floor(i / 2));
  return {
    extents: { shape: [1, length, 2], data: extents },
    sizes: { shape: [1, length], data: new Float32Array(length).fill(1) },
  };
}

/** Flags of rows of different lengths, padded on the left with 0: i32 [rows, width]. */
export function padFlags(rows: readonly ArrayLike<number>[]): HostArray {
  const width = widthOf(rows);
  const data = new Int32Array(rows.length * width);
  rows.forEach((row, r) => {
    data.set(row, (r + 1) * width - row.length);
  });
  return { shape: [rows.length, width], data };
}

/**
 * Which tokens of rows stay alone, a flag for each: i32 [rows, width].
 *
 * @param flags not 0 for those that do, as many as each row has tokens; default: none does
 * @throws GeodesicError `run.input` for flags that are not those of the rows
 */
export function protectionOf(
  rows: readonly ArrayLike<number>[],
  flags: readonly ArrayLike<number>[] = rows.map((row) => new Uint8Array(row.length)),
): HostArray {
  const at = rows.findIndex((row, r) => row.length !== flags[r]?.length);
  if (at < 0 && rows.length === flags.length) return padFlags(flags);
  const what = at < 0 ? `${flags.length} rows` : `${flags[at]?.length ?? 'no'} flags in row ${at}`;
  const needed = at < 0 ? rows.length : rows[at]?.length;
  throw new GeodesicError(
    'run.input',
    `protected tokens: ${what} instead of ${needed}; one flag a token is needed`,
  );
}

function widthOf(rows: readonly ArrayLike<number>[]): number {
  return Math.max(0, ...rows.map((row) => row.length));
}
