import type { Estimate } from '../metrics/bootstrap.js';
import { METRICS, type Metric, type MetricName } from '../metrics/metric-list.js';
import type { CellResult } from '../runner/cell-result.js';

/** Which figure of which cell. */
export interface FigurePlace {
  readonly model: string;
  readonly text: string;
  /** With its kind, such as `needle (codes)`. */
  readonly task: string;
  /** Of a needle, else null. */
  readonly depth: number | null;
  readonly length: number;
  readonly variant: string;
  readonly layer: number | null;
  readonly metric: MetricName;
  readonly backend: string;
}

/** One figure of one cell: a row of the CSV file, and of the data that plots are drawn from. */
export interface ReportRow extends FigurePlace, Estimate {}

/** A figure that is greater than any number, or whose interval is. */
export interface OverflowedRow extends FigurePlace {
  readonly overflowed: true;
}

/** Every figure of finished cells, metric by metric in the order of the list; a metric for which no item counts has none. */
export function reportRows(results: readonly CellResult[]): (ReportRow | OverflowedRow)[] {
  return results.flatMap((result) =>
    Object.keys(METRICS).flatMap((name): (ReportRow | OverflowedRow)[] => {
      const metric = name as MetricName;
      const place = { ...placeOf(result), metric };
      const estimate = result.metrics[metric];
      if (estimate !== undefined) return [{ ...place, ...estimate }];
      return result.overflowed?.includes(metric) ? [{ ...place, overflowed: true }] : [];
    }),
  );
}

/** Whether a row has numbers. */
export function hasFigure(row: ReportRow | OverflowedRow): row is ReportRow {
  return !('overflowed' in row);
}

/** Where a cell stands in a report. */
export function placeOf({ cell, backend }: CellResult): Omit<FigurePlace, 'metric'> {
  const { model, text, task, length, variant } = cell;
  return {
    model,
    text,
    task: taskTitle(task),
    depth: task.kind === 'needle' ? task.depth : null,
    length,
    variant: variant.label,
    layer: variant.layer ?? null,
    backend,
  };
}

export function taskTitle(task: CellResult['cell']['task']): string {
  return 'of' in task ? `${task.kind} (${task.of})` : task.kind;
}

/** A figure as tables show it: times and counts short, shares with three decimals. */
export function figureText(value: number, { unit }: Metric): string {
  switch (unit) {
    case 'bytes':
      return `${(value / 1e6).toFixed(2)} MB`;
    case 'FLOP':
      return `${(value / 1e9).toFixed(1)} G`;
    case 'ms':
      return `${value < 100 ? value.toPrecision(3) : value.toFixed(0)} ms`;
    case 'tokens':
      return value.toFixed(0);
    default:
      return value.toFixed(3);
  }
}
