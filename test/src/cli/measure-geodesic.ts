import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, type RunOptions, runGeodesic } from './run-geodesic.js';

/** A run, and what it took. */
export interface Measured extends Finished {
  /**
   * Milliseconds from the start of the process to its end, without those in which it waited for a processor that others
   * had: what a machine that does nothing else needs.
   */
  readonly ms: number;
  /** The most memory that it held. */
  readonly peakMib: number;
}

/** Runs in the program when it ends. `schedstat` is Linux's: nanoseconds on a processor, and waiting for one. */
const HOOK = `
import { readFileSync, writeFileSync } from 'node:fs';
process.on('exit', () => {
  const ms = performance.now();
  let waited = 0;
  try { waited = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6; } catch {}
  const peakMib = process.resourceUsage().maxRSS / 1024;
  writeFileSync(process.env.MEASUREMENTS, JSON.stringify({ ms: ms - waited, peakMib }));
});`;

/** Runs the real binary, with a small heap, and gives the fastest of at most three runs: the first that is fast enough. */
export async function measureGeodesic(
  args: readonly string[],
  fastEnoughMs: number,
  options: RunOptions = {},
): Promise<Measured> {
  let best = await measureOnce(args, options);
  for (let tries = 1; tries < 3 && best.ms >= fastEnoughMs; tries++) {
    const next = await measureOnce(args, options);
    if (next.ms < best.ms) best = next;
  }
  return best;
}

async function measureOnce(args: readonly string[], options: RunOptions): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-measure-'));
  try {
    const path = join(folder, 'measurements');
    const hook = `--import=data:text/javascript,${encodeURIComponent(HOOK)}`;
    const env = { ...options.env, NODE_OPTIONS: `--max-old-space-size=256 ${hook}`, MEASUREMENTS: path };
    const finished = await runGeodesic(args, { ...options, env });
    const measurements = JSON.parse(await readFile(path, 'utf8')) as Pick<Measured, 'ms' | 'peakMib'>;
    return { ...finished, ...measurements };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
