import { GeodesicError } from '@geodesic/compiler';
import type { Cell } from '../grid/cell.js';
import { bootstrap, type Estimate, isFiniteEstimate } from '../metrics/bootstrap.js';
import { METRICS, type MetricName, type Samples } from '../metrics/metric-list.js';
import { runTask } from '../tasks/run-task.js';
import type { TaskContext } from '../tasks/task-run.js';
import type { CellResult } from './cell-result.js';

/** What a cell is evaluated with. */
export interface Evaluation extends TaskContext {
  /** Hash of the spec. */
  readonly spec: string;
  readonly bootstrap: { readonly samples: number; readonly confidence: number };
}

/**
 * Computes one cell.
 *
 * @throws GeodesicError `experiment.figure` for a figure that is not a number, and as `runTask`
 */
export async function evaluateCell(cell: Cell, evaluation: Evaluation): Promise<CellResult> {
  const { model, now, spec } = evaluation;
  const start = now();
  const { samples, trace } = await runTask(cell, evaluation);
  return {
    spec,
    cell,
    ...estimate(cell, samples, evaluation),
    samples,
    ...(trace && { trace }),
    seconds: (now() - start) / 1000,
    backend: model.device.name,
  };
}

/** A perplexity may overflow while everything else is sound: what is infinite is left out, and named. */
function estimate(
  { key }: Cell,
  samples: Samples,
  { bootstrap: options, seed }: Evaluation,
): Pick<CellResult, 'metrics' | 'overflowed'> {
  const estimates: [MetricName, Estimate][] = [];
  const overflowed: MetricName[] = [];
  for (const [metric, values] of Object.entries(samples)) {
    const name = metric as MetricName;
    const found = bootstrap(values, METRICS[name].statistic, { ...options, seed });
    if (found === undefined) continue;
    if (Number.isNaN(found.value)) throw notANumber(name, key);
    if (isFiniteEstimate(found)) estimates.push([name, found]);
    else overflowed.push(name);
  }
  return { metrics: Object.fromEntries(estimates), ...(overflowed.length > 0 && { overflowed }) };
}

function notANumber(metric: MetricName, key: string): GeodesicError {
  return new GeodesicError(
    'experiment.figure',
    `${metric} is not a number in the cell ${key}: the model's own figures are damaged; try another backend, and report it if that one gives the same`,
  );
}
