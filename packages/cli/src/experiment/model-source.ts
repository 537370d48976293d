import type { ModelSource } from '@geodesic/experiments';
import { openBackend } from '../open-backend.js';
import { openModel } from '../open-model.js';
import { ProgressDisplay } from '../progress.js';

/** Models by the names that the command line takes, on one backend, which is opened with the first model that is loaded. */
export function modelsOn(backend: string): ModelSource {
  return {
    async describe(name) {
      const opened = await openWithBar(name);
      const tokenizer = await opened.tokenizerIfAny().finally(() => opened.close());
      const { model: definition, config } = opened.resolved;
      return { definition, config, tokenizer };
    },
    async load(name) {
      const device = await openBackend(backend);
      return (await openWithBar(name)).load(device);
    },
  };
}

async function openWithBar(name: string): ReturnType<typeof openModel> {
  const display = new ProgressDisplay();
  return openModel(name, { onDownload: display.download }).finally(() => display.end());
}
