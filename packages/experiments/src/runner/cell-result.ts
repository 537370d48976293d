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
  /** Metrics whose figure, or the interval of it, is beyond what a number holds: they are not among `metrics`. */
  readonly overflowed?: readonly MetricName[];
  readonly samples: Samples;
  readonly trace?: TextTrace;
  readonly seconds: number;
  /** Where it was computed: the device's name. */
  readonly backend: string;
}

const task = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('nextToken'), suffix: z.int(), passages: z.int() }),
  z.looseObject({ kind: z.literal('copy'), of: z.string(), items: z.int() }),
  z.looseObject({ kind: z.literal('recall'), items: z.int() }),
  z.looseObject({ kind: z.literal('needle'), of: z.string(), depth: z.number(), items: z.int() }),
  z.looseObject({ kind: z.literal('answers'), maxNewTokens: z.int(), passages: z.int() }),
  z.looseObject({ kind: z.literal('speed'), repeats: z.int(), newTokens: z.int() }),
  z.looseObject({ kind: z.literal('trace') }),
]);
const cell = z.looseObject({
  key: z.string(),
  model: z.string(),
  text: z.string(),
  length: z.int(),
  task,
  variant: z.looseObject({ label: z.string(), layer: z.int().optional() }),
});
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number(), count: z.int() });
const slot = z.object({ first: z.int(), last: z.int(), merged: z.boolean(), cosine: z.number() });

/** What resuming, estimates of the time left and reports read of a line. */
const lineSchema = z.looseObject({
  spec: z.string(),
  cell,
  metrics: z.record(z.string(), estimate),
  samples: z.record(z.string(), z.array(z.number().nullable())),
  overflowed: z.array(z.string()).optional(),
  trace: z.object({ tokens: z.array(z.string()), slots: z.array(slot) }).optional(),
  seconds: z.number(),
  backend: z.string(),
});

/** A line of `results.jsonl`, or undefined for what is none. */
export function parseResult(line: string): CellResult | undefined {
  try {
    return lineSchema.parse(JSON.parse(line)) as unknown as CellResult;
  } catch {
    return undefined;
  }
}
