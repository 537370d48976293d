const CELLS = 30;
const REDRAW_MS = 50;

/**
 * A bar in one line of a terminal. It only writes: keyboard and signals stay as they are, so that Ctrl-C ends the program
 * as it should, which bars that hide the cursor and read keys get in the way of.
 */
export class ProgressBar {
  readonly #terminal: NodeJS.WriteStream;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
  }

  /** @param share of the work that is done, from 0 to 1 */
  draw(share: number, label: string): void {
    if (performance.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = performance.now();
    const done = Math.round(CELLS * Math.min(1, share));
    const line = `${'━'.repeat(done)}${'─'.repeat(CELLS - done)} ${label}`;
    // A line that wraps could not be drawn over. Terminals of unknown width say 0.
    this.#terminal.write(`\r${line.slice(0, (this.#terminal.columns || 80) - 1)}\x1b[K`);
  }

  /** Leaves the line empty. */
  clear(): void {
    this.#terminal.write('\r\x1b[K');
  }
}
