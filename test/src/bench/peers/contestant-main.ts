import type { Contestant } from './contestant.js';
import { CONTESTANTS, type Entry } from './contestants.js';

/** What the bench asks for: a prompt, or tokens one by one behind it. */
export type Task = { readonly prefill: readonly number[] } | { readonly decode: readonly number[] };

/** What is answered: that it is open, a time with the likeliest next token, or why it can't. */
export type Answer =
  | { readonly open: true }
  | { readonly ms: number; readonly token: number; readonly peakBytes: number }
  | { readonly error: string };

/** The program of one contestant, named by its argument: does the tasks that its parent sends. */
async function main(): Promise<void> {
  const contestant = await (CONTESTANTS[process.argv[2] as string] as Entry).open();
  // Its parent is gone, whatever became of it: native threads must not live on.
  process.once('disconnect', () => process.exit());
  process.on('message', (task: Task) => {
    perform(contestant, task).then(answer, fail);
  });
  answer({ open: true });
}

async function perform(contestant: Contestant, task: Task): Promise<Answer> {
  const start = performance.now();
  let token = -1;
  if ('prefill' in task) token = await contestant.prefill(task.prefill);
  else for (const next of task.decode) token = await contestant.decode(next);
  return { ms: performance.now() - start, token, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

function answer(message: Answer): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  answer({ error: error instanceof Error ? (error.message.split('\n')[0] as string) : String(error) });
}

main().catch(fail);
