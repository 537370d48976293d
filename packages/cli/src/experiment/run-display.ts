import type { RunProgress } from '@geodesic/experiments';
import { printableLine } from '../printable.js';
import { ProgressBar } from '../progress-bar.js';

/** Shows how far a run is on stderr: a bar on a terminal, else a line for each cell. */
export class RunDisplay {
  readonly #bar = process.stderr.isTTY ? new ProgressBar(process.stderr) : undefined;

  readonly show = (progress: RunProgress): void => {
    const line = progressLine(progress);
    if (this.#bar === undefined) process.stderr.write(`${line}\n`);
    else this.#bar.draw(progress.done / progress.total, line);
  };

  /** Takes the bar away, if there is one. */
  end(): void {
    this.#bar?.clear();
  }
}

/** `3 of 40, about 2 min left: needle, 224 tokens, slerp after layer 8` */
export function progressLine({ done, total, secondsLeft, cell }: RunProgress): string {
  const { task, length, variant } = cell;
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  const layer = variant.layer === undefined ? '' : ` after layer ${variant.layer}`;
  return `${done} of ${total}${left}: ${task.kind}, ${length} tokens, ${printableLine(variant.label)}${layer}`;
}

/** In the largest unit that says enough: `40 s`, `12 min`, `3.5 h`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
