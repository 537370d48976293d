import { readFile, rename, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { z } from 'zod';
import { type Spec, specSchema } from '../spec/spec-schema.js';
import type { Experiment } from './experiment.js';

/** What a report says of a run beside its cells. */
export interface RunFacts {
  readonly hash: string;
  readonly spec: Spec;
  /** Cells of the whole grid. */
  readonly cells: number;
  /** Where the run was last begun; queues compute elsewhere too. */
  readonly machine: string;
}

const factsSchema = z.object({
  hash: z.string(),
  spec: specSchema,
  cells: z.int(),
  machine: z.string(),
});

/**
 * Writes `run.json`.
 *
 * @throws GeodesicError `experiment.output`
 */
export async function writeFacts(
  folder: string,
  { hash, spec, cells }: Pick<Experiment, 'hash' | 'spec' | 'cells'>,
): Promise<void> {
  const facts: RunFacts = { hash, spec, cells: cells.length, machine: machine() };
  const path = join(folder, 'run.json');
  try {
    await writeFile(`${path}.new`, `${JSON.stringify(facts, null, 2)}\n`);
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw new GeodesicError('experiment.output', `can't write ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Reads `run.json`.
 *
 * @throws GeodesicError `experiment.results` where the folder holds no run
 */
export async function readFacts(folder: string): Promise<RunFacts> {
  const path = join(folder, 'run.json');
  try {
    return factsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new GeodesicError(
      'experiment.results',
      `${folder} holds no experiment: ${path} can't be read (${reasonOf(cause)}); give the folder that a run wrote to`,
      { cause },
    );
  }
}

/** A schema's own message lists all that is wrong as JSON. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return (cause as Error).message;
  const [issue] = cause.issues;
  return `'${issue?.path.join('.')}': ${issue?.message}`;
}

function machine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores, ${memory} GiB, Node ${process.version}`;
}
