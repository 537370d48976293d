import { printable } from './printable.js';

/** Prints an error as one line; with `debug` also the stack, for whoever mends the program. */
export function reportError(error: unknown, debug: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${printable(message.replace(/\s*\n\s*/g, ' '))}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${printable(String(error.stack))}\n`);
}
