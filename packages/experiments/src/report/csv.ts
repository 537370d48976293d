import type { DifferenceRow } from './difference-row.js';
import type { OverflowedRow, ReportRow } from './report-row.js';

const COLUMNS = [
  'model',
  'text',
  'task',
  'depth',
  'length',
  'variant',
  'layer',
  'metric',
  'value',
  'low',
  'high',
  'count',
  'backend',
] as const satisfies readonly (keyof ReportRow)[];

/** Rows as CSV (RFC 4180), with a header; what a row has no value for is empty, as are the numbers of a figure that overflowed. */
export function csv(rows: readonly (ReportRow | OverflowedRow)[]): string {
  return csvOf(COLUMNS, rows);
}

/** The same of differences, with what they are from. */
export function differencesCsv(rows: readonly DifferenceRow[]): string {
  return csvOf([...COLUMNS, 'from', 'fromLayer'], rows);
}

function csvOf(columns: readonly (keyof DifferenceRow)[], rows: readonly Partial<DifferenceRow>[]): string {
  const lines = rows.map((row) => columns.map((column) => field(row[column] ?? null)).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

function field(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
