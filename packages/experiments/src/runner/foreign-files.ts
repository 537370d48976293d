import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { isLock } from './folder-lock.js';
import { readFacts } from './run-facts.js';

/** What runs and reports write over. */
const WRITTEN = [
  'run.json',
  'results.jsonl',
  'results.csv',
  'differences.csv',
  'report.html',
  'plots',
] as const;

/**
 * Keeps a run from writing over what is not its own: a folder with a file of a name that runs write must have the `run.json` of a run.
 * What a run leaves that was killed before it had one is empty, or the lock of its process.
 *
 * @throws GeodesicError `experiment.output` naming such a file
 */
export async function refuseForeignFiles(folder: string): Promise<void> {
  // The files first: a run that starts meanwhile writes run.json before results.
  const found = await foreignFile(folder);
  if (found === undefined) return;
  await readFacts(folder).catch((cause: Error) => {
    throw new GeodesicError(
      'experiment.output',
      `${join(folder, found)} would be written over, and ${folder} has no run.json of a run that can be read: choose another --out, or move the file away`,
      { cause },
    );
  });
}

async function foreignFile(folder: string): Promise<string | undefined> {
  for (const name of WRITTEN) {
    const status = await lstat(join(folder, name)).catch(() => undefined);
    const isBegun = name === 'results.jsonl' && status?.isFile() && status.size === 0;
    if (status !== undefined && !isBegun) return name;
  }
  const lock = await readFile(join(folder, 'lock'), 'utf8').catch(() => undefined);
  return lock === undefined || isLock(lock) ? undefined : 'lock';
}
