import { progress } from '@clack/prompts';
import type { LoadProgress } from '@geodesic/runtime';
import type { DownloadProgress } from '@geodesic/weights/node';

type Bar = ReturnType<typeof progress>;

/** Shows downloads and loading on stderr: bars on a terminal, else a line for each download. */
export class ProgressDisplay {
  readonly #onTerminal = process.stderr.isTTY === true;
  #bar: Bar | undefined;
  #title = '';
  #shown = 0;

  readonly download = ({ file, receivedBytes, totalBytes }: DownloadProgress): void => {
    const title = `downloading ${file}`;
    if (!this.#onTerminal) {
      if (title !== this.#title)
        process.stderr.write(`${title}${totalBytes ? ` (${megabytes(totalBytes)} MB)` : ''}\n`);
      this.#title = title;
      return;
    }
    const of = totalBytes === undefined ? '' : ` of ${megabytes(totalBytes)}`;
    this.#show(
      title,
      receivedBytes,
      totalBytes ?? receivedBytes,
      `${title}: ${megabytes(receivedBytes)}${of} MB`,
    );
  };

  readonly load = ({ loaded, total }: LoadProgress): void => {
    if (this.#onTerminal) this.#show('loading', loaded, total, `loading: ${loaded} of ${total} tensors`);
  };

  /** Ends the bar that is shown, if any. */
  end(): void {
    this.#bar?.stop(this.#title);
    this.#bar = undefined;
    this.#title = '';
  }

  #show(title: string, value: number, max: number, message: string): void {
    if (title !== this.#title) {
      this.end();
      this.#title = title;
      this.#shown = 0;
      this.#bar = progress({ max: Math.max(1, max), output: process.stderr });
      this.#bar.start(message);
    }
    this.#bar?.advance(value - this.#shown, message);
    this.#shown = value;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
