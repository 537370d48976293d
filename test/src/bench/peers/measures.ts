import { promptOf } from '../prompt.js';
import type { Task } from './contestant-main.js';

/** One figure that contestants are compared by. */
export interface Measure {
  readonly title: string;
  /** Tokens that a timed task runs. */
  readonly tokens: number;
  /** What is run before the timed tasks, untimed. */
  readonly before?: Task;
  readonly task: Task;
}

/** The length that decoding is measured behind. */
const BEHIND = 512;
const STEPS = 10;
const VOCABULARY = 49152;

export const MEASURES: readonly Measure[] = [
  ...[128, 512, 2048].map((tokens) => ({
    title: `prefill ${tokens}`,
    tokens,
    task: { prefill: promptOf(tokens, VOCABULARY) },
  })),
  {
    title: `decode after ${BEHIND}`,
    tokens: STEPS,
    before: { prefill: promptOf(BEHIND, VOCABULARY) },
    task: { decode: new Array<number>(STEPS).fill(42) },
  },
];
