import { wrapText } from './side-by-side.js';

/** Rows of a table, its head first. */
export type Table = readonly (readonly string[])[];

const GAP = '  ';

/**
 * Columns as wide as their widest cell. With a `width` the cells of the last column are wrapped, so that no line is wider.
 */
export function aligned(
  rows: Table,
  {
    indent = '',
    width = Number.POSITIVE_INFINITY,
  }: { readonly indent?: string; readonly width?: number } = {},
): string {
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const before = indent.length + widths.reduce((total, cell) => total + cell + GAP.length, 0);
  const wrapped = (text: string) => (Number.isFinite(width) ? wrapText(text, width - before) : [text]);
  return rows
    .flatMap((row) => {
      const cells = widths.map((cell, column) => `${(row[column] ?? '').padEnd(cell)}${GAP}`).join('');
      return wrapped(row[last] ?? '').map(
        (line, i) => `${i === 0 ? indent + cells : ' '.repeat(before)}${line}`,
      );
    })
    .map((line) => line.trimEnd())
    .join('\n');
}
