import { compile, type SlerpMergeOptions, slerpMerge } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import type { LoadOptions } from './model-options.js';
import { openBackend } from './open-backend.js';
import { type OpenedModel, openModel } from './open-model.js';
import { ProgressDisplay } from './progress.js';

/**
 * Finds the command's model, compiles the merge for it, so that what is wrong shows before any weight is read, and works
 * with it. Its files are closed whatever happens: Node complains on stderr about those that it has to close itself.
 */
export async function withModel<Result>(
  name: string,
  merge: SlerpMergeOptions | undefined,
  work: (opened: OpenedModel) => Promise<Result>,
): Promise<Result> {
  const display = new ProgressDisplay();
  const opened = await openModel(name, { onDownload: display.download }).finally(() => display.end());
  try {
    if (merge !== undefined) checkMerge(opened, merge);
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/**
 * Compiles a merge for a model, for what it says.
 *
 * @throws GeodesicError for a layer that the model lacks, and whatever else the merge can't do with it
 */
export function checkMerge(opened: OpenedModel, merge: SlerpMergeOptions): void {
  compile(opened.resolved.model, { passes: [slerpMerge(merge)] });
}

/** Reads the weights of an opened model, with a bar. */
export async function loadForCommand(opened: OpenedModel, options: LoadOptions): Promise<LanguageModel> {
  const display = new ProgressDisplay();
  try {
    return await opened.load(await openBackend(options.backend), {
      weights: options.weights,
      cache: options.cache,
      onProgress: display.load,
    });
  } finally {
    display.end();
  }
}
