import { compile, type SlerpMergeOptions, slerpMerge } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { openBackend } from './open-backend.js';
import { type OpenedModel, openModel } from './open-model.js';
import type { LoadOptions } from './options.js';
import { ProgressDisplay } from './progress.js';

/** Finds the command's model, and compiles the merge for it: what is wrong shows before any weight is read. */
export async function openForCommand(
  name: string,
  merge: SlerpMergeOptions | undefined,
): Promise<OpenedModel> {
  const display = new ProgressDisplay();
  try {
    const opened = await openModel(name, { onDownload: display.download });
    if (merge !== undefined) compile(opened.resolved.model, { passes: [slerpMerge(merge)] });
    return opened;
  } finally {
    display.end();
  }
}

/** Reads the weights of an opened model, with a bar. */
export async function loadForCommand(opened: OpenedModel, options: LoadOptions): Promise<LanguageModel> {
  const display = new ProgressDisplay();
  try {
    return await opened.load(await openBackend(options.backend), display.load);
  } finally {
    display.end();
  }
}
