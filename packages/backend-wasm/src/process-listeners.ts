import type { EventEmitter } from 'node:events';

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs `start` and then removes the process listeners that Emscripten's start-up code left behind in Node:
 * they rethrow every uncaught error of the whole program, past the handlers that the program has itself.
 */
export async function withoutEmscriptenListeners<T>(start: () => Promise<T>): Promise<T> {
  const process: EventEmitter | undefined = globalThis.process;
  if (typeof process?.listeners !== 'function') return start();
  const before = new Set(EVENTS.flatMap((event) => process.listeners(event)));
  try {
    return await start();
  } finally {
    for (const event of EVENTS) {
      for (const listener of process.listeners(event)) {
        if (before.has(listener) || !isEmscripten(listener)) continue;
        process.removeListener(event, listener as () => void);
      }
    }
  }
}

/** By their text: another part of the program may have added listeners of its own in the meantime. */
function isEmscripten(listener: unknown): boolean {
  const text = String(listener).replace(/\s+/g, '');
  return text.includes('instanceofExitStatus') || text === 'function(reason){throwreason;}';
}
