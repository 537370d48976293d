import { verdict } from './limit.js';

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  /** @param turn from 0 on */
  run(turn: number): Promise<void>;
}

/**
 * Times two sides in turns, after one untimed turn each, so that both see the same machine; who goes first changes from turn to
 * turn. Milliseconds, by side.
 */
export async function alternate(
  sides: readonly [Side, Side],
  turns: number,
): Promise<readonly [number[], number[]]> {
  const times: readonly [number[], number[]] = [[], []];
  for (const side of sides) await side.run(0);
  for (let turn = 0; turn < turns; turn++) {
    for (const index of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const start = performance.now();
      await sides[index].run(turn);
      times[index].push(performance.now() - start);
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

/**
 * `merged 1969 ms, base 2631 ms, ratio 0.75 (at most 0.80: holds)`. The ratio is the median of each turn's own: a machine that
 * slows down for a while slows both sides of a turn.
 */
export function printComparison(
  what: string,
  sides: readonly [Side, Side],
  [first, second]: readonly [number[], number[]],
  limit: number,
): void {
  const ratio = median(first.map((time, turn) => time / (second[turn] as number)));
  const side = (index: 0 | 1, times: readonly number[]) =>
    `${sides[index].name} ${median(times).toFixed(1)} ms`;
  process.stdout.write(
    `${what}: ${side(0, first)}, ${side(1, second)}, ratio ${ratio.toFixed(3)} (${verdict(ratio, limit)})\n`,
  );
}
