import type { Cell } from '../grid/cell.js';
import { gridOf } from '../grid/grid.js';
import { specHash } from '../grid/spec-hash.js';
import type { SpecFile } from '../spec/spec-file.js';
import type { Spec } from '../spec/spec-schema.js';
import type { ModelSource } from './cell-lab.js';
import { checkItems } from './check-items.js';
import { checkSpec } from './check-spec.js';
import type { DescribedModel } from './described-model.js';

/** A spec that was found fit to run, with its grid. */
export interface Experiment {
  readonly spec: Spec;
  readonly hash: string;
  readonly cells: readonly Cell[];
  /** What its groups of cells ask, by the group's name, as far as it was made when the spec was checked. */
  readonly items: ReadonlyMap<string, readonly unknown[]>;
}

/**
 * Checks a spec against its models and texts, and lays out its grid. Reads no weights.
 *
 * @throws GeodesicError `experiment.spec` with file and line, and whatever keeps a model from being found
 */
export async function planExperiment(
  file: SpecFile,
  source: Pick<ModelSource, 'describe'>,
): Promise<Experiment> {
  const models = new Map<string, DescribedModel>();
  for (const name of file.spec.models) models.set(name, await source.describe(name));
  const spec = await checkSpec(file, models);
  const depths = new Map([...models].map(([name, { config }]) => [name, config.numHiddenLayers]));
  const cells = gridOf(spec, depths);
  const items = await checkItems(file, spec, cells, models);
  return { spec, cells, items, hash: await specHash(spec, cells) };
}
