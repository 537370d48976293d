/** How long runs compute before they let other work of the thread, and an abort, have a turn. Milliseconds. */
const TURN_MS = 40;

/** One clock for the thread: many short runs in a row must let others in as well as one long one. */
let turnEnds = 0;

export function turnIsOver(): boolean {
  return performance.now() > turnEnds;
}

/** Lets timers, input and output have their turn. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  turnEnds = performance.now() + TURN_MS;
}
