import { median } from '../alternate.js';
import type { ContestantProcess } from './contestant-process.js';
import type { Measure } from './measures.js';

const TURNS = 5;
/** A contestant whose untimed turn takes longer than this has one timed turn. */
const PATIENCE_MS = 6000;

/** Milliseconds of one measure, by contestant: the median of its turns. Those that failed are left out, with a line. */
export async function compare(
  { title, before, task }: Measure,
  contestants: ReadonlyMap<string, ContestantProcess>,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>();
  const failed = (name: string, error: unknown) => {
    times.delete(name);
    process.stdout.write(`${name} can't do ${title}: ${(error as Error).message}\n`);
  };
  const turns = new Map<string, number>();
  for (const [name, contestant] of contestants) {
    try {
      if (before !== undefined) await contestant.perform(before);
      turns.set(name, (await contestant.perform(task)).ms > PATIENCE_MS ? 1 : TURNS);
      times.set(name, []);
    } catch (error) {
      failed(name, error);
    }
  }
  for (let turn = 0; turn < TURNS; turn++) {
    // Who goes first changes from turn to turn.
    const order = turn % 2 === 0 ? [...times.keys()] : [...times.keys()].reverse();
    for (const name of order.filter((name) => turn < (turns.get(name) as number))) {
      try {
        times.get(name)?.push((await (contestants.get(name) as ContestantProcess).perform(task)).ms);
      } catch (error) {
        failed(name, error);
      }
    }
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}
