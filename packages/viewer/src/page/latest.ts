/** Work of which only the latest counts: what began before is aborted, and its outcome dropped. */
export class Latest {
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param delayMs waits so long for another request before it begins */
  run(
    work: (signal: AbortSignal) => Promise<void>,
    onError: (error: unknown) => void,
    delayMs: number,
  ): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
    const abort = new AbortController();
    this.#abort = abort;
    this.#timer = setTimeout(() => {
      work(abort.signal).catch((error: unknown) => {
        if (!abort.signal.aborted) onError(error);
      });
    }, delayMs);
  }
}
