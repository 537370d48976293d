import { readConfig, writeModel } from '@geodesic/source-tools/new-model';
import { checkNewFile, writeNewFile } from '../new-file.js';
import { writeOutput } from '../standard-output.js';

export interface NewModelCommandOptions {
  readonly from: string;
  readonly out?: string;
}

/**
 * Writes the module of a config's model to a new file, or to stdout.
 *
 * @throws GeodesicError `source.file`, `source.config`, `config.*`, `cli.output`
 */
export async function newModelCommand({ from, out }: NewModelCommandOptions): Promise<void> {
  if (out !== undefined) await checkNewFile(out);
  const source = writeModel(await readConfig(from));
  if (out === undefined) await writeOutput(source);
  else await writeNewFile(out, new TextEncoder().encode(source));
}
