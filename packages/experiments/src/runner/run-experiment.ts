import { join } from 'node:path';
import type { Cell } from '../grid/cell.js';
import { CellLab, type ModelSource } from './cell-lab.js';
import type { CellResult } from './cell-result.js';
import type { Experiment } from './experiment.js';
import { lockFolder } from './folder-lock.js';
import { refuseForeignFiles } from './foreign-files.js';
import { ResultsFile } from './results-file.js';
import { writeFacts } from './run-facts.js';
import { type RunProgress, TimeLeft } from './time-left.js';

export const RESULTS_FILE = 'results.jsonl';

export interface RunOptions {
  /** Folder for the results; one that an interrupted run of the same spec left is gone on with. */
  readonly out: string;
  readonly source: ModelSource;
  /** Address of a Redis server whose workers compute the cells; without it they are computed here. */
  readonly queue?: string | undefined;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run between items, or within seconds where it waits for a queue whose server is away. */
  readonly signal?: AbortSignal;
  /** Milliseconds on a clock that only goes forward; default: the process's. */
  readonly now?: () => number;
}

/** What a run did. */
export interface RunSummary {
  /** Cells that this run computed or gathered, and those that it found finished. */
  readonly computed: number;
  readonly found: number;
}

/**
 * Computes the cells of an experiment that are not finished yet and writes each as soon as it is: one after another here, or by the
 * workers of a queue.
 *
 * @throws GeodesicError `experiment.locked`, `experiment.other-spec`, `experiment.results`, `experiment.output`, `experiment.queue`,
 *   `experiment.cell-failed`, and those of the cells
 * @throws the signal's reason when aborted
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<RunSummary> {
  await refuseForeignFiles(options.out);
  const lock = await lockFolder(options.out);
  try {
    const results = await ResultsFile.open(join(options.out, RESULTS_FILE), experiment.hash);
    try {
      await writeFacts(options.out, experiment);
      const missing = experiment.cells.filter(({ key }) => !results.has(key));
      const run = new MissingCells(experiment, missing, results, options);
      await (options.queue === undefined ? run.computeHere() : run.gatherFrom(options.queue));
      return { computed: missing.length, found: experiment.cells.length - missing.length };
    } finally {
      await results.close();
    }
  } finally {
    await lock.release();
  }
}

/** The cells that a run has still to do. */
class MissingCells {
  readonly #experiment: Experiment;
  readonly #rest: Map<string, Cell>;
  readonly #results: ResultsFile;
  readonly #options: RunOptions;
  readonly #timeLeft = new TimeLeft();

  constructor(experiment: Experiment, missing: readonly Cell[], results: ResultsFile, options: RunOptions) {
    this.#experiment = experiment;
    this.#rest = new Map(missing.map((cell) => [cell.key, cell]));
    this.#results = results;
    this.#options = options;
  }

  async computeHere(): Promise<void> {
    const { source, now, signal } = this.#options;
    const lab = new CellLab(source, this.#experiment, now);
    try {
      for (const cell of [...this.#rest.values()]) {
        signal?.throwIfAborted();
        this.#report();
        await this.#finish(await lab.compute(cell, async () => signal?.throwIfAborted()));
      }
    } finally {
      lab.dispose();
    }
  }

  async gatherFrom(queue: string): Promise<void> {
    const { gatherCells } = await import('../queue/gather-cells.js');
    const { signal } = this.#options;
    this.#report();
    await gatherCells({
      queue,
      settings: this.#experiment,
      cells: [...this.#rest.values()],
      onResult: async (result) => {
        await this.#finish(result);
        this.#report();
      },
      ...(signal && { signal }),
    });
  }

  async #finish(result: CellResult): Promise<void> {
    await this.#results.append(result);
    this.#rest.delete(result.cell.key);
    this.#timeLeft.finished(result.cell, result.seconds);
  }

  /** Says how far the run is, and names the first cell that is not finished. */
  #report(): void {
    const [cell] = this.#rest.values();
    if (cell === undefined) return;
    const total = this.#experiment.cells.length;
    const secondsLeft = this.#timeLeft.estimate([...this.#rest.values()]);
    this.#options.onProgress?.({ done: total - this.#rest.size, total, secondsLeft, cell });
  }
}
