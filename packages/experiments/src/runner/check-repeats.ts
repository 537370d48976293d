import { layersOf } from '../grid/layers.js';
import { mergeIdentity } from '../grid/merge-identity.js';
import { variantsOf } from '../grid/variants.js';
import type { SpecFile, SpecPath } from '../spec/spec-file.js';
import type { Spec } from '../spec/spec-schema.js';
import { textName } from '../texts/documents.js';

/**
 * Refuses values that would make the same cells twice, which runs and reports would count as one.
 *
 * @param texts those of the spec, with paths from here
 * @throws GeodesicError `experiment.spec` with file and line
 */
export function checkRepeats(file: SpecFile, texts: Spec['texts']): void {
  const { models, lengths, tasks } = file.spec;
  const lists: [SpecPath, readonly (string | number)[]][] = [
    [['models'], models],
    [['texts'], texts.map(textName)],
    [['lengths'], lengths],
    [['tasks', 'copy', 'of'], tasks.copy?.of ?? []],
    [['tasks', 'needle', 'of'], tasks.needle?.of ?? []],
    [['tasks', 'needle', 'depths'], tasks.needle?.depths ?? []],
  ];
  for (const [path, list] of lists) {
    const place = list.findIndex((value, i) => list.indexOf(value) < i);
    if (place === -1) continue;
    throw file.faultAt([...path, place], `'${path.join('.')}' lists ${list[place]} twice: leave one out`);
  }
}

/**
 * Refuses two merges that do the same, if only behind one layer of a model.
 *
 * @param depth layers of the model
 * @throws GeodesicError `experiment.spec` with file and line
 */
export function checkRepeatedMerges(file: SpecFile, name: string, depth: number): void {
  const { spec } = file;
  const layers = layersOf(spec.layers, depth, spec.layersOf);
  const taken = new Map<string, string>();
  for (const [i, choice] of spec.merges.entries()) {
    for (const { merge, label } of variantsOf({ merges: [choice], baselines: [] }, layers)) {
      if (merge === undefined) continue;
      const identity = mergeIdentity(merge);
      const other = taken.get(identity);
      if (other !== undefined) {
        const place = `after layer ${JSON.stringify(merge.afterLayer)}`;
        throw file.faultAt(
          ['merges', i],
          `'${label}' ${place} does the same as '${other}': leave one out (${name})`,
        );
      }
      taken.set(identity, label);
    }
  }
}
