/** How long runs compute before they let other work of the thread, and an abort, have a turn. Milliseconds. */
const TURN_MS = 40;

/** One clock for the thread: many short runs in a row must let others in as well as one long one. */
let turnEnds = 0;

/** Whether runs have computed long enough for others to have a turn. */
export function turnIsOver(): boolean {
  return performance.now() > turnEnds;
}

/** Lets timers, input and output have their turn. */
export async function nextTurn(): Promise<void> {
  await new Promise<void>(schedule);
  turnEnds = performance.now() + TURN_MS;
}

/** Not by a timer in browsers: a hidden page's timers wait for a second. */
function schedule(resolve: () => void): void {
  if (typeof setImmediate === 'function') {
    setImmediate(resolve);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    resolve();
  });
  port1.start();
  port2.postMessage(undefined);
}
