/** A program that runs the model on rows of token ids. It lives in a process of its own, with two threads. */
export interface Contestant {
  /** Runs a prompt after forgetting what came before; gives the likeliest next token. */
  prefill(tokens: readonly number[]): Promise<number>;
  /** Runs one more token behind; gives the likeliest next token. */
  decode(token: number): Promise<number>;
  close(): Promise<void>;
}

/** Threads that every contestant may use. */
export const THREADS = 2;
