import type { Cell, Task } from '../grid/cell.js';

/** How far a run is. */
export interface RunProgress {
  readonly done: number;
  readonly total: number;
  /** Estimate; undefined until a cell is finished. */
  readonly secondsLeft: number | undefined;
  /** The cell that is computed now. */
  readonly cell: Cell;
}

/**
 * Estimates what a run has still to do from what its finished cells took. Cells are weighed by the tokens that they read, so that a few long
 * ones at the end don't come as a surprise; a kind of task that was timed counts by its own pace.
 */
export class TimeLeft {
  readonly #spent = new Map<Task['kind'], { seconds: number; weight: number }>();

  finished(cell: Cell, seconds: number): void {
    const before = this.#spent.get(cell.task.kind) ?? { seconds: 0, weight: 0 };
    this.#spent.set(cell.task.kind, {
      seconds: before.seconds + seconds,
      weight: before.weight + weightOf(cell),
    });
  }

  /** Seconds; undefined while nothing was finished. */
  estimate(rest: readonly Cell[]): number | undefined {
    const all = [...this.#spent.values()].reduce(
      (sum, { seconds, weight }) => ({ seconds: sum.seconds + seconds, weight: sum.weight + weight }),
      { seconds: 0, weight: 0 },
    );
    if (all.weight === 0) return undefined;
    return rest.reduce((sum, cell) => {
      const { seconds, weight } = this.#spent.get(cell.task.kind) ?? all;
      return sum + (weightOf(cell) * seconds) / weight;
    }, 0);
  }
}

/** Tokens that a cell runs through the model; a decoded token takes about as long as several of a prompt. */
export function weightOf({ task, length }: Cell): number {
  switch (task.kind) {
    case 'nextToken':
      return task.passages * (length + task.suffix);
    case 'copy':
    case 'recall':
    case 'needle':
      return task.items * length;
    case 'answers':
      return task.passages * (length + DECODED * task.maxNewTokens);
    case 'speed':
      return task.repeats * 2 * (2 * length + DECODED * task.newTokens);
    case 'trace':
      return length;
  }
}

const DECODED = 5;
