import type { ReportRow } from './report-row.js';

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

/** Rows as CSV (RFC 4180), with a header; what a row has no value for is empty. */
export function csv(rows: readonly ReportRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => field(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

function field(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
