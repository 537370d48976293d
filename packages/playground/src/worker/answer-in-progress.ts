import {
  type GeneratedPiece,
  type GenerateOptions,
  type Generation,
  generate,
  type Session,
} from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import type { Figures, JobReply, Side } from '../protocol.js';

/** One side's answer, a token at a time; its clock runs in its own steps only, since the other side computes in between. */
export class AnswerInProgress {
  readonly tokens: number[] = [];
  readonly #side: Side;
  readonly #session: Session;
  readonly #pieces: AsyncGenerator<GeneratedPiece, Generation>;
  readonly #say: (reply: JobReply) => void;
  #firstTokenMs = 0;
  #decodeMs = 0;
  #steps = 0;
  #ended = false;

  constructor(
    side: Side,
    session: Session,
    tokenizer: Tokenizer,
    promptIds: readonly number[],
    options: GenerateOptions,
    say: (reply: JobReply) => void,
  ) {
    this.#side = side;
    this.#session = session;
    this.#pieces = generate(session, tokenizer, promptIds, options);
    this.#say = say;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Computes the next token and tells of it; does nothing behind the end. */
  async advance(): Promise<void> {
    if (this.#ended) return;
    const start = performance.now();
    const next = await this.#pieces.next();
    this.#count(performance.now() - start);
    if (next.done) {
      this.#ended = true;
      this.#say({
        kind: 'ended',
        side: this.#side,
        reason: next.value.finishReason,
        figures: this.#figures(),
      });
      return;
    }
    const { id, text } = next.value;
    if (id !== undefined) this.tokens.push(id);
    this.#say({ kind: 'piece', side: this.#side, token: { id: id ?? -1, text }, figures: this.#figures() });
  }

  #count(milliseconds: number): void {
    if (this.#steps === 0) this.#firstTokenMs = milliseconds;
    else this.#decodeMs += milliseconds;
    this.#steps++;
  }

  #figures(): Figures {
    return {
      newTokens: this.tokens.length,
      firstTokenMs: this.#firstTokenMs,
      decodeMs: this.#decodeMs,
      kvBytes: this.#session.kvCacheBytes,
      slots: this.#session.slots[0] ?? 0,
      tokens: this.#session.lengths[0] ?? 0,
    };
  }
}
