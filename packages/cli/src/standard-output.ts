/**
 * Ends the program quietly when nobody reads its output any more, as in `geodesic … | head`; any other failure to write is
 * an error of one line.
 */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      if (stream === process.stdout)
        process.stderr.write(`error: can't write the output: ${error.message}\n`);
      process.exit(1);
    });
  }
}

/** Writes to stdout, and waits until it is taken: a reader that is gone is noticed now, not when all is computed. */
export function writeOutput(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
