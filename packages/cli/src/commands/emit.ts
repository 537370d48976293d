import { emitModule } from '@geodesic/source-tools/emit';
import { withModel } from '../command-model.js';
import { mergeFromOptions } from '../merge-from-options.js';
import type { MergeOptions } from '../merge-options.js';
import type { ModelOptions } from '../model-options.js';
import { checkNewFileIn, writeNewFileIn } from '../new-file.js';

export interface EmitCommandOptions extends ModelOptions, MergeOptions {
  readonly out: string;
}

/** The file that is written. */
const MODULE = 'model.ts';

/**
 * Compiles a model ahead of time, and writes the module to a new file.
 *
 * @throws GeodesicError `emit.unsupported`, `merge.*`, `cli.output`, and where the model can't be found or understood
 */
export async function emitCommand(options: EmitCommandOptions): Promise<void> {
  const merge = mergeFromOptions(options);
  await checkNewFileIn(options.out, MODULE);
  const { model, config } = await withModel(options.model, undefined, async (opened) => opened.resolved);
  const source = emitModule({ model, config, merges: merge === undefined ? [] : [merge] });
  await writeNewFileIn(options.out, MODULE, new TextEncoder().encode(source));
}
