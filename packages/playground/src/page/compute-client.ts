import type { Order, Reply, Request } from '../protocol.js';

/** How long a worker may take to hear that its job is cancelled. */
const PATIENCE_MS = 4000;

/** What the page hears of the job that it started last. */
export interface JobListener {
  onReply(reply: Reply): void;
}

/** The page's end of the worker: one job at a time, and a new worker where the old one broke or doesn't listen. */
export class ComputeClient {
  readonly #listener: JobListener;
  #worker: Worker;
  #job = 0;
  #active = false;
  #impatience: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: JobListener) {
    this.#listener = listener;
    this.#worker = this.#startWorker();
  }

  /** Whether a job is under way. */
  get active(): boolean {
    return this.#active;
  }

  /** Starts a job; the one before it ends, and nothing more is heard of it. */
  start(order: Order): void {
    clearTimeout(this.#impatience);
    this.#active = true;
    this.#send({ job: ++this.#job, ...order });
  }

  /** Ends the job: it says that it failed with `run.aborted`, at the latest when the worker's time is over. */
  cancel(): void {
    if (!this.#active) return;
    this.#send({ job: this.#job, kind: 'cancel' });
    clearTimeout(this.#impatience);
    this.#impatience = setTimeout(() => this.#replaceWorker('run.aborted', 'cancelled'), PATIENCE_MS);
  }

  #send(request: Request): void {
    this.#worker.postMessage(request);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#replaceWorker(
        'playground.worker',
        `the computing worker broke: ${event.message || 'it did not start'}`,
      );
    });
    return worker;
  }

  #replaceWorker(code: string, message: string): void {
    this.#worker.terminate();
    this.#worker = this.#startWorker();
    this.#hear({ job: this.#job, kind: 'failed', code, message, modelLost: true });
  }

  #hear(reply: Reply): void {
    if (reply.job !== this.#job) return;
    if (reply.kind === 'done' || reply.kind === 'failed' || reply.kind === 'loaded') {
      clearTimeout(this.#impatience);
      this.#active = false;
    }
    this.#listener.onReply(reply);
  }
}
