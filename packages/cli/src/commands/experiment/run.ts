import { join } from 'node:path';
import { openSpec, planExperiment, runExperiment, writeReport } from '@geodesic/experiments';
import { modelsOn } from '../../experiment/model-source.js';
import { RunDisplay } from '../../experiment/run-display.js';

export interface RunCommandOptions {
  readonly out?: string;
  readonly backend: string;
  readonly queue?: string;
}

/** Runs a spec, or goes on with it, and writes its report. */
export async function runCommand(nameOrPath: string, options: RunCommandOptions): Promise<void> {
  const file = await openSpec(nameOrPath);
  const source = modelsOn(options.backend);
  const experiment = await planExperiment(file, source);
  const out = options.out ?? join('experiments', experiment.spec.name);
  const display = new RunDisplay();
  const { computed, found } = await runExperiment(experiment, {
    out,
    source,
    queue: options.queue,
    onProgress: display.show,
  }).finally(() => display.end());
  const before = found === 0 ? '' : ` (${found} were finished before)`;
  process.stdout.write(`${computed} cells computed${before}: ${await writeReport(out)}\n`);
}
