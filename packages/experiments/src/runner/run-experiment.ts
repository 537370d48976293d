import { join } from 'node:path';
import { CellLab, type ModelSource } from './cell-lab.js';
import type { Experiment } from './experiment.js';
import { lockFolder } from './folder-lock.js';
import { ResultsFile } from './results-file.js';
import { writeFacts } from './run-facts.js';
import { type RunProgress, TimeLeft } from './time-left.js';

export const RESULTS_FILE = 'results.jsonl';

export interface RunOptions {
  /** Folder for the results; one that an interrupted run of the same spec left is gone on with. */
  readonly out: string;
  readonly source: ModelSource;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run between items. */
  readonly signal?: AbortSignal;
  /** Milliseconds on a clock that only goes forward; default: the process's. */
  readonly now?: () => number;
}

/** What a run did. */
export interface RunSummary {
  /** Cells that this run computed, and those that it found finished. */
  readonly computed: number;
  readonly found: number;
}

/**
 * Computes the cells of an experiment that are not finished yet, one after another, and writes each as soon as it is.
 *
 * @throws GeodesicError `experiment.locked`, `experiment.other-spec`, `experiment.results`, `experiment.output`, and those of the cells
 * @throws the signal's reason when aborted
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<RunSummary> {
  const lock = await lockFolder(options.out);
  try {
    const results = await ResultsFile.open(join(options.out, RESULTS_FILE), experiment.hash);
    try {
      await writeFacts(options.out, experiment);
      return await computeMissing(experiment, results, options);
    } finally {
      await results.close();
    }
  } finally {
    await lock.release();
  }
}

async function computeMissing(
  experiment: Experiment,
  results: ResultsFile,
  { source, onProgress, signal, now }: RunOptions,
): Promise<RunSummary> {
  const missing = experiment.cells.filter(({ key }) => !results.has(key));
  const found = experiment.cells.length - missing.length;
  const lab = new CellLab(source, experiment, now);
  const timeLeft = new TimeLeft();
  try {
    for (const [i, cell] of missing.entries()) {
      signal?.throwIfAborted();
      const secondsLeft = timeLeft.estimate(missing.slice(i));
      onProgress?.({ done: found + i, total: experiment.cells.length, secondsLeft, cell });
      const result = await lab.compute(cell, async () => signal?.throwIfAborted());
      timeLeft.finished(cell, result.seconds);
      await results.append(result);
    }
  } finally {
    lab.dispose();
  }
  return { computed: missing.length, found };
}
