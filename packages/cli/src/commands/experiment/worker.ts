import { runWorker } from '@geodesic/experiments';
import { modelsOn } from '../../experiment/model-source.js';
import { printableLine } from '../../printable.js';

export interface WorkerCommandOptions {
  readonly queue: string;
  readonly backend: string;
  /** Seconds. */
  readonly stalledAfter: number;
}

/** Computes cells of a queue until it is stopped; the first Ctrl-C lets the cell that is begun end. */
export async function workerCommand({ queue, backend, stalledAfter }: WorkerCommandOptions): Promise<void> {
  const end = new AbortController();
  process.once('SIGINT', () => end.abort());
  process.once('SIGTERM', () => end.abort());
  await runWorker({
    queue,
    source: modelsOn(backend),
    stalledAfterMs: stalledAfter * 1000,
    say: (line) => process.stderr.write(`${printableLine(line)}\n`),
    signal: end.signal,
  });
}
