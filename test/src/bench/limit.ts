/** Says whether a figure keeps its limit; one that does not makes the benchmark fail when it is through. */
export function verdict(value: number, limit: number): string {
  if (value <= limit) return `at most ${limit}: holds`;
  process.exitCode = 1;
  return `at most ${limit}: DOES NOT HOLD`;
}
