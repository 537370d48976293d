import type { LoadProgress } from '@geodesic/runtime';
import type { DownloadProgress } from '@geodesic/weights/node';
import { ProgressBar } from './progress-bar.js';

/** Shows downloads and loading on stderr: bars on a terminal, else a line for each download. */
export class ProgressDisplay {
  readonly #bar = process.stderr.isTTY ? new ProgressBar(process.stderr) : undefined;
  #announced = '';

  readonly download = ({ file, receivedBytes, totalBytes }: DownloadProgress): void => {
    if (this.#bar === undefined) {
      this.#announce(`downloading ${file}${totalBytes ? ` (${megabytes(totalBytes)} MB)` : ''}`);
      return;
    }
    const of = totalBytes === undefined ? '' : ` of ${megabytes(totalBytes)}`;
    const share = totalBytes ? receivedBytes / totalBytes : 0;
    this.#bar.draw(share, `${megabytes(receivedBytes)}${of} MB: downloading ${file}`);
  };

  readonly load = ({ loaded, total }: LoadProgress): void => {
    this.#bar?.draw(loaded / total, `${loaded} of ${total} tensors: loading`);
  };

  /** Takes the bar away, if there is one. */
  end(): void {
    this.#bar?.clear();
  }

  #announce(line: string): void {
    if (line !== this.#announced) process.stderr.write(`${line}\n`);
    this.#announced = line;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
