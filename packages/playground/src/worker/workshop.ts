import { GeodesicError } from '@geodesic/compiler';
import type { JobReply, Order, Reply } from '../protocol.js';
import { answerTwice } from './answer-twice.js';
import { type LoadedLanguageModel, loadModel } from './load-model.js';

/** The model at hand, and the one job that works with it. */
export class Workshop {
  readonly #post: (reply: Reply) => void;
  #model: LoadedLanguageModel | undefined;
  #job = -1;
  #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(post: (reply: Reply) => void) {
    this.#post = post;
  }

  /** Begins a job when the one before it, which is cancelled, has ended. */
  start(job: number, order: Order): void {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#job = job;
    const say = (reply: JobReply) => this.#post({ job, ...reply } as Reply);
    this.#running = this.#running
      .then(() => this.#carryOut(order, say, abort.signal))
      .catch((error: unknown) => say(this.#failure(error)));
  }

  cancel(job: number): void {
    if (job === this.#job) this.#abort.abort();
  }

  async #carryOut(order: Order, say: (reply: JobReply) => void, signal: AbortSignal): Promise<void> {
    if (order.kind === 'load') {
      // Two models at once may be more than the device holds.
      this.#dispose();
      this.#model = await loadModel(order.model, order.backend, say, signal);
      say({ kind: 'loaded', model: this.#model.description });
      return;
    }
    if (this.#model === undefined) {
      throw new GeodesicError('playground.no-model', 'there is no model yet: load one first');
    }
    await answerTwice(this.#model, order.question, say, signal);
    say({ kind: 'done' });
  }

  #dispose(): void {
    const model = this.#model?.model;
    this.#model = undefined;
    model?.dispose();
  }

  #failure(error: unknown): JobReply {
    const isOurs = error instanceof GeodesicError;
    if (isOurs && error.code === 'backend.lost') this.#dispose();
    return {
      kind: 'failed',
      code: isOurs ? error.code : 'playground.unexpected',
      message: error instanceof Error ? error.message : String(error),
      modelLost: this.#model === undefined,
    };
  }
}
