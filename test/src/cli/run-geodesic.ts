import { join } from 'node:path';
import { type Finished, type RunOptions, type Started, startProgram } from './run-program.js';

export type { Finished, RunOptions, Started } from './run-program.js';

/** The program that `npx geodesic` starts. */
export const GEODESIC = join(import.meta.dirname, '../../../packages/cli/bin/geodesic.js');

/** Starts the real binary, with pipes for its three streams. */
export function startGeodesic(args: readonly string[], options: RunOptions = {}): Started {
  return startProgram(process.execPath, [GEODESIC, ...args], options);
}

/** Runs the real binary to its end. */
export function runGeodesic(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return startGeodesic(args, options).finished;
}

/** As `runGeodesic`, for a command that must succeed and print JSON. */
export async function runForJson<Result>(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { exitCode, stdout, stderr } = await runGeodesic(args, options);
  if (exitCode !== 0) throw new Error(`geodesic ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}
