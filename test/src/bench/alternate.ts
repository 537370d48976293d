import { verdict } from './limit.js';

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  run(): Promise<void>;
}

/** Times two sides in turns, after one untimed turn each, so that both see the same machine. Milliseconds, by side. */
export async function alternate(
  sides: readonly [Side, Side],
  turns: number,
): Promise<readonly [number[], number[]]> {
  const times: readonly [number[], number[]] = [[], []];
  for (const side of sides) await side.run();
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, side] of sides.entries()) {
      const start = performance.now();
      await side.run();
      times[index as 0 | 1].push(performance.now() - start);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** `merged 1969 ms, base 2631 ms, ratio 0.75 (at most 0.80: holds)`; the ratio is of the medians. */
export function printComparison(
  what: string,
  sides: readonly [Side, Side],
  times: readonly [number[], number[]],
  limit: number,
): void {
  const [first, second] = [median(times[0]), median(times[1])];
  const ratio = first / second;
  const side = (index: 0 | 1, value: number) => `${sides[index].name} ${value.toFixed(1)} ms`;
  process.stdout.write(
    `${what}: ${side(0, first)}, ${side(1, second)}, ratio ${ratio.toFixed(3)} (${verdict(ratio, limit)})\n`,
  );
}
