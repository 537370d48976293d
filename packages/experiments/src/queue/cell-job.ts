import { createHash } from 'node:crypto';
import type { Cell } from '../grid/cell.js';
import type { LabSettings } from '../runner/cell-lab.js';
import type { CellResult } from '../runner/cell-result.js';

/** The queue that all runs hand their cells to, and all workers take them from. */
export const QUEUE = 'geodesic-cells';

/** What a worker needs to compute a cell. */
export interface CellJob {
  readonly cell: Cell;
  readonly settings: LabSettings;
}

export type CellJobResult = CellResult;

/** The same cell of the same spec has the same id, so that it is in the queue once, whoever adds it. */
export function jobId(hash: string, { key }: Cell): string {
  return `${hash}-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
}
