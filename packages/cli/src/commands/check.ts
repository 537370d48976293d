import { GeodesicError } from '@geodesic/compiler';
import { checkSources, type FindingFormat, printFindings } from '@geodesic/source-tools';
import { writeOutput } from '../standard-output.js';

export interface CheckCommandOptions {
  readonly format: FindingFormat;
}

/**
 * Prints what is wrong with modules, which are read and not run.
 *
 * @throws GeodesicError `source.file` for a file that can't be read, `source.wrong` where something is wrong; warnings alone are not
 */
export async function checkCommand(files: readonly string[], { format }: CheckCommandOptions): Promise<void> {
  const findings = checkSources(files);
  const text = printFindings(findings, format, process.cwd());
  if (text !== '') await writeOutput(`${text}\n`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return;
  const places = `${errors} ${errors === 1 ? 'place' : 'places'}`;
  throw new GeodesicError('source.wrong', `the source is wrong in ${places}, listed on standard output`);
}
