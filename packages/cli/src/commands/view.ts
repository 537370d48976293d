import { once } from 'node:events';
import { middleLayer } from '@geodesic/compiler';
import { defaultProtection, shippedProbes } from '@geodesic/runtime';
import { startViewer } from '@geodesic/viewer';
import { loadForCommand, withModel } from '../command-model.js';
import { countedLength } from '../counted-length.js';
import { mergeFromOptions } from '../merge-from-options.js';
import type { MergeOptions } from '../merge-options.js';
import type { LoadOptions } from '../model-options.js';
import { openModel } from '../open-model.js';

export interface ViewCommandOptions extends LoadOptions, MergeOptions {
  readonly length?: number;
  readonly port: number;
  readonly open: boolean;
}

/** Serves a page of a model's graph until Ctrl-C, and opens it. */
export async function viewCommand(options: ViewCommandOptions): Promise<void> {
  const merge = mergeFromOptions(options);
  await withModel(options.model, merge, async (opened) => {
    const { resolved } = opened;
    const tokenizer = await opened.tokenizerIfAny();
    const beginning = merge ?? { afterLayer: middleLayer(resolved.config.numHiddenLayers) };
    const probes = (await shippedProbes(options.model)) ?? new Map();
    const protect = beginning.protect ?? defaultProtection(beginning, tokenizer, probes);
    const viewer = await startViewer(
      {
        name: options.model,
        resolved,
        tokenizer,
        // Reading the weights closes the files, and the page may ask again where that failed.
        load: async () => loadForCommand(await openModel(options.model), options),
      },
      {
        merge: { ...beginning, ...(protect && { protect }) },
        length: countedLength(options.length, resolved.config),
        port: options.port,
      },
    );
    const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    process.stdout.write(`${viewer.url}\n`);
    process.stderr.write('Ctrl-C ends it.\n');
    if (options.open) await openBrowser(viewer.url);
    await interrupted;
    await viewer.close();
  });
}

/** Where no browser can be opened, the address that was printed is enough. */
async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  const complain = (error: Error) => process.stderr.write(`no browser could be opened: ${error.message}\n`);
  await open(url).then((child) => child.on('error', complain), complain);
}
