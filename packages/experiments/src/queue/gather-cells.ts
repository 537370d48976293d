import { setTimeout as sleep } from 'node:timers/promises';
import { GeodesicError } from '@geodesic/compiler';
import { Queue, QueueEvents } from 'bullmq';
import type { Cell } from '../grid/cell.js';
import type { LabSettings } from '../runner/cell-lab.js';
import type { CellResult } from '../runner/cell-result.js';
import { type CellJob, type CellJobResult, jobId, QUEUE } from './cell-job.js';
import { connectRedis, endConnection, withoutWarnings } from './redis.js';

/** Events tell of finished cells at once; whatever they miss is found this often. */
const SWEEP_MS = 5000;
/** Where a worker fails for want of memory and the like, another may not. */
const ATTEMPTS = 3;
const RETRY_MS = 1000;
/** A run that was aborted waits no longer for a server that doesn't answer. */
const PATIENCE_MS = 3000;
/** So long is kept what was computed while no run was there to take it. */
const KEEP_SECONDS = 24 * 60 * 60;

export interface GatherOptions {
  /** Address of the Redis server. */
  readonly queue: string;
  readonly settings: LabSettings;
  /** The cells to be computed. */
  readonly cells: readonly Cell[];
  /** Takes each result, once; at the end they are taken out of the queue. */
  readonly onResult: (result: CellResult) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Hands cells to the workers of a queue and gathers their results until all are there. A cell that is in the queue already, from a run
 * that was ended, is not added again, and what was computed meanwhile is taken as it is. Runs of one spec at the same time share what
 * is computed: what one of them took out of the queue before another saw it is computed once more.
 *
 * @throws GeodesicError `experiment.queue`, `experiment.cell-failed` when all others are done and some failed for good
 * @throws the signal's reason when aborted, within seconds where the server is away; cells that wait stay in the queue
 */
export async function gatherCells(options: GatherOptions): Promise<void> {
  const { signal } = options;
  let isOver = false;
  const connection = await connectRedis(options.queue, signal, () => !isOver && signal?.aborted !== true);
  const queue = new Queue<CellJob, CellJobResult>(QUEUE, { connection });
  // Waiting for events blocks a connection.
  const waiting = withoutWarnings(connection.duplicate());
  const events = new QueueEvents(QUEUE, { connection: waiting });
  // Lost connections are taken up again; without a listener they would end the process.
  queue.on('error', () => {});
  events.on('error', () => {});
  const endConnections = () => Promise.all([waiting, connection].map(endConnection));
  const callOff = afterAbort(signal, PATIENCE_MS, endConnections);
  try {
    await new Gathering(queue, events, options).run();
  } catch (error) {
    // What was asked of a server that is away failed for the abort.
    signal?.throwIfAborted();
    throw error;
  } finally {
    callOff();
    isOver = true;
    // BullMQ would wait for a server that is away to take its leave.
    if (signal?.aborted) await endConnections();
    await events.close();
    await queue.close();
    // BullMQ leaves connections open that it was given.
    await endConnections();
  }
}

/** Acts when a signal has been aborted for so long, unless the function that is returned is called before. */
function afterAbort(signal: AbortSignal | undefined, ms: number, act: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(act, ms);
  };
  if (signal?.aborted) start();
  signal?.addEventListener('abort', start, { once: true });
  return () => {
    signal?.removeEventListener('abort', start);
    clearTimeout(timer);
  };
}

class Gathering {
  readonly #queue: Queue<CellJob, CellJobResult>;
  readonly #options: GatherOptions;
  /** Ids of cells whose results are not there yet. */
  readonly #pending: Map<string, Cell>;
  /** Ids of cells that are done with. */
  readonly #settled: string[] = [];
  readonly #failures: string[] = [];
  /** Resolves the wait between two sweeps. */
  #wake: () => void = () => {};
  readonly #told = new Set<string>();

  constructor(queue: Queue<CellJob, CellJobResult>, events: QueueEvents, options: GatherOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#pending = new Map(options.cells.map((cell) => [jobId(options.settings.hash, cell), cell]));
    const tell = ({ jobId: id }: { jobId: string }) => {
      if (!this.#pending.has(id)) return;
      this.#told.add(id);
      this.#wake();
    };
    events.on('completed', tell);
    events.on('failed', tell);
    options.signal?.addEventListener('abort', () => this.#wake(), { once: true });
  }

  async run(): Promise<void> {
    try {
      await this.#gather();
    } finally {
      // Not sooner: other runs of the spec may wait for the same cells.
      for (const id of this.#settled) await this.#queue.remove(id);
    }
    const [first] = this.#failures;
    if (first === undefined) return;
    throw new GeodesicError(
      'experiment.cell-failed',
      `${this.#failures.length} cells failed, the others are kept; the first: ${first}`,
    );
  }

  async #gather(): Promise<void> {
    await this.#addAll();
    let sweptAt = Number.NEGATIVE_INFINITY;
    while (this.#pending.size > 0) {
      const isTime = performance.now() - sweptAt >= SWEEP_MS;
      if (isTime) sweptAt = performance.now();
      const ids = isTime ? [...this.#pending.keys()] : [...this.#told];
      this.#told.clear();
      for (const id of ids) {
        this.#options.signal?.throwIfAborted();
        await this.#settle(id);
      }
      this.#options.signal?.throwIfAborted();
      if (this.#told.size === 0 && this.#pending.size > 0) await this.#wait();
    }
  }

  /** Adds what is not in the queue yet; a cell that failed in an earlier run is tried anew. */
  async #addAll(): Promise<void> {
    for (const [id, cell] of this.#pending) {
      const known = await this.#queue.getJob(id);
      if (known !== undefined && (await known.isFailed())) await known.remove();
      await this.#add(id, cell);
    }
  }

  async #add(id: string, cell: Cell): Promise<void> {
    const { spec, hash } = this.#options.settings;
    await this.#queue.add(
      cell.task.kind,
      { cell, settings: { spec, hash } },
      {
        jobId: id,
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: RETRY_MS },
        removeOnComplete: { age: KEEP_SECONDS },
      },
    );
  }

  /** Takes what came of a cell, if it is done. One that is gone, with another run's end or the server's memory, is added anew. */
  async #settle(id: string): Promise<void> {
    const cell = this.#pending.get(id);
    if (cell === undefined) return;
    // Before the job: one that is read while it is computed has no result.
    const state = await this.#queue.getJobState(id);
    const job = await this.#queue.getJob(id);
    this.#options.signal?.throwIfAborted();
    if (job === undefined) return this.#add(id, cell);
    if (state === 'completed') await this.#options.onResult(job.returnvalue);
    else if (state === 'failed') this.#failures.push(`${cell.key}: ${job.failedReason}`);
    else return;
    this.#pending.delete(id);
    this.#settled.push(id);
  }

  async #wait(): Promise<void> {
    const abort = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([woken, sleep(SWEEP_MS, undefined, { signal: abort.signal }).catch(() => {})]);
    abort.abort();
  }
}
