import { z } from 'zod';
import type { Cell } from '../grid/cell.js';
import type { Estimate } from '../metrics/bootstrap.js';
import type { MetricName, Samples } from '../metrics/metric-list.js';
import type { TextTrace } from '../tasks/text-trace.js';

/** A finished cell: one line of `results.jsonl`. */
export interface CellResult {
  /** Hash of the spec that the cell belongs to. */
  readonly spec: string;
  readonly cell: Cell;
  readonly metrics: Readonly<Partial<Record<MetricName, Estimate>>>;
  readonly samples: Samples;
  readonly trace?: TextTrace;
  readonly seconds: number;
  /** Where it was computed: the device's name. */
  readonly backend: string;
}

/** What resuming needs of a line; the rest is as this program wrote it. */
const lineSchema = z.looseObject({
  spec: z.string(),
  cell: z.looseObject({ key: z.string() }),
  metrics: z.looseObject({}),
});

/** A line of `results.jsonl`, or undefined for what is none. */
export function parseResult(line: string): CellResult | undefined {
  try {
    return lineSchema.parse(JSON.parse(line)) as unknown as CellResult;
  } catch {
    return undefined;
  }
}
