import type { Cell } from '../grid/cell.js';
import { bootstrap, type Estimate } from '../metrics/bootstrap.js';
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
 * @throws GeodesicError as `runTask`
 */
export async function evaluateCell(cell: Cell, evaluation: Evaluation): Promise<CellResult> {
  const { model, now, spec } = evaluation;
  const start = now();
  const { samples, trace } = await runTask(cell, evaluation);
  return {
    spec,
    cell,
    metrics: estimate(samples, evaluation),
    samples,
    ...(trace && { trace }),
    seconds: (now() - start) / 1000,
    backend: model.device.name,
  };
}

function estimate(samples: Samples, { bootstrap: options, seed }: Evaluation): CellResult['metrics'] {
  const estimates: [string, Estimate][] = [];
  for (const [name, values] of Object.entries(samples)) {
    const { statistic } = METRICS[name as MetricName];
    const found = bootstrap(values, statistic, { ...options, seed });
    if (found !== undefined) estimates.push([name, found]);
  }
  return Object.fromEntries(estimates);
}
