import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { GeodesicError } from '@geodesic/compiler';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { CellLab, type ModelSource } from '../runner/cell-lab.js';
import { type CellJob, type CellJobResult, QUEUE } from './cell-job.js';
import { connectRedis } from './redis.js';

/** So often may a cell's worker die before the cell is given up. */
const MOST_STALLED = 5;
/** A worker that is to end waits no longer for a server that doesn't answer. */
const PATIENCE_MS = 3000;

export interface WorkerOptions {
  /** Address of the Redis server. */
  readonly queue: string;
  readonly source: ModelSource;
  /** A worker that gives no sign for so long is taken for dead, and its cell given to another. Default 60 s, less than 2^31. */
  readonly stalledAfterMs?: number;
  /** Called with one line for each cell that begins. */
  readonly say?: (line: string) => void;
  /** Ends the worker behind its cell, or within seconds where the server is away. */
  readonly signal?: AbortSignal;
}

/**
 * Takes cells from a queue and computes them, one at a time, until told to end. The model, the text and what the base said of a group
 * are kept from one cell to the next.
 *
 * @throws GeodesicError `experiment.queue`
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { queue, source, stalledAfterMs = 60_000, say = () => {}, signal } = options;
  const connection = await connectRedis(queue, signal).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
  if (connection === undefined) return;
  const lab = new SharedLab(source);
  let cell: Promise<unknown> = Promise.resolve();
  const worker = new Worker<CellJob, CellJobResult>(
    QUEUE,
    async (job, token) => {
      say(`computing ${job.data.cell.key}`);
      const result = computeJob(lab, job, token ?? '', stalledAfterMs);
      cell = result;
      return result;
    },
    {
      connection,
      lockDuration: stalledAfterMs,
      stalledInterval: stalledAfterMs / 2,
      maxStalledCount: MOST_STALLED,
    },
  );
  // Without a listener, a connection that is lost for a while would end the process.
  worker.on('error', () => {});
  await ended(signal);
  // It takes no more cells; closing at once would wait for ever for a server that goes away before the cell is done.
  await worker.pause(true);
  const isThere = await answersUntil(cell, connection);
  await worker.close(!isThere);
  lab.dispose();
  connection.disconnect();
}

/** Waits for a cell for as long as the server answers, and tells whether it does at the end. */
async function answersUntil(cell: Promise<unknown>, connection: Redis): Promise<boolean> {
  let isDone = false;
  const done = cell
    .catch(() => {})
    .then(() => {
      isDone = true;
    });
  while (await answers(connection)) {
    if (isDone) return true;
    await Promise.race([done, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }
  return false;
}

async function answers(connection: Redis): Promise<boolean> {
  const over = new AbortController();
  const answer = connection.ping().then(
    () => true,
    () => false,
  );
  // Where a step of the cell held the thread, an answer may be there that nobody has read: it is before the next turn.
  const late = sleep(PATIENCE_MS, undefined, { signal: over.signal }).then(() => nextTurn(false));
  const isThere = await Promise.race([answer, late]);
  over.abort();
  return isThere;
}

/** Between items, the lock is made to last again: a step may hold the thread for longer than BullMQ's own timer bears. */
async function computeJob(
  lab: SharedLab,
  job: Job<CellJob, CellJobResult>,
  token: string,
  lockMs: number,
): Promise<CellJobResult> {
  try {
    let extended = performance.now();
    return await lab.of(job.data).compute(job.data.cell, async () => {
      await nextTurn();
      if (performance.now() - extended < lockMs / 4) return;
      await job.extendLock(token, lockMs);
      extended = performance.now();
    });
  } catch (error) {
    // What is wrong with a cell is wrong each time.
    const isLasting = error instanceof GeodesicError && error.code.startsWith('experiment.');
    throw isLasting ? new UnrecoverableError(error.message) : error;
  }
}

/** The lab of the run that the last cell came from. */
class SharedLab {
  readonly #source: ModelSource;
  #lab: CellLab | undefined;
  #hash = '';

  constructor(source: ModelSource) {
    this.#source = source;
  }

  of({ settings }: CellJob): CellLab {
    if (this.#lab === undefined || this.#hash !== settings.hash) {
      this.dispose();
      this.#lab = new CellLab(this.#source, settings);
      this.#hash = settings.hash;
    }
    return this.#lab;
  }

  dispose(): void {
    this.#lab?.dispose();
    this.#lab = undefined;
  }
}

function ended(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
