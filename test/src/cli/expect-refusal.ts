import { expect } from 'vitest';
import { measureGeodesic } from './measure-geodesic.js';
import type { RunOptions } from './run-geodesic.js';

/** Every mistake is answered within this. */
const REFUSAL_MS = 1000;
/** A refusal holds little more than the program and its libraries, whatever a file claims: they take about 100. */
const REFUSAL_MIB = 200;

/**
 * Expects a command line to be refused: one line on stderr that says why, nothing on stdout, no stack trace, a non-zero exit
 * code, within a second and without much memory.
 *
 * @param cause what the line must say, each
 * @returns the line
 */
export async function expectRefusal(
  args: readonly string[],
  cause: readonly (string | RegExp)[],
  options: RunOptions = {},
): Promise<string> {
  const { exitCode, stdout, stderr, ms, peakMib } = await measureGeodesic(args, REFUSAL_MS, options);
  for (const part of cause) expect(stderr).toMatch(part);
  expect(stderr).toMatch(/^error: .+\n$/);
  expect(stderr).not.toMatch(/\bat .+:\d+:\d+|node:internal/);
  expect(stdout).toBe('');
  expect(exitCode).toBe(1);
  expect(ms).toBeLessThan(REFUSAL_MS);
  expect(peakMib).toBeLessThan(REFUSAL_MIB);
  return stderr.trimEnd();
}
