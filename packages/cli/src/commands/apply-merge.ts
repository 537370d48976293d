import type { SlerpMergeOptions } from '@geodesic/compiler';
import { applyMerge } from '@geodesic/source-tools';
import { mergeFromOptions } from '../merge-from-options.js';
import type { MergeOptions } from '../merge-options.js';
import { replaceFile } from '../replace-file.js';
import { writeOutput } from '../standard-output.js';

export interface ApplyMergeCommandOptions extends MergeOptions {
  readonly after: number;
  readonly at?: number;
  readonly write?: boolean;
}

/**
 * Prints how a file has to change for its models to be merged, and with `write` changes it.
 *
 * @throws GeodesicError `source.refused` where it can't be done safely, `source.file`, `cli.output`, and as `mergeFromOptions`
 */
export async function applyMergeCommand(
  file: string,
  { after, at, write, ...options }: ApplyMergeCommandOptions,
): Promise<void> {
  const merge = mergeFromOptions({ ...options, mergeAfter: after }) as SlerpMergeOptions;
  const { before, source, diff } = applyMerge(file, merge, at === undefined ? {} : { line: at });
  if (source === before) {
    process.stderr.write(`nothing to change: ${file} merges like this already\n`);
    return;
  }
  // First, since a reader of the difference that is gone ends the program.
  if (write === true) await replaceFile(file, source);
  await writeOutput(diff);
}
