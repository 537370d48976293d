import { GeodesicError } from '@geodesic/compiler';
import { type Cell, groupOf } from '../grid/cell.js';
import type { SpecFile } from '../spec/spec-file.js';
import type { Spec } from '../spec/spec-schema.js';
import { makeItems } from '../tasks/run-task.js';
import { Corpus } from '../texts/corpus.js';
import { textName } from '../texts/documents.js';
import type { DescribedModel } from './described-model.js';

/**
 * Makes the items of every group of cells, for what keeps them from being made: lengths without room for a task, and texts that are too
 * short for passages or have too few words. What a model without a tokenizer would be asked is not known here.
 *
 * @param spec that of the file, with paths of texts from here
 * @param models by the names of the spec
 * @returns items by the name of their group, of models with a tokenizer
 * @throws GeodesicError `experiment.spec` with file and line
 */
export async function checkItems(
  file: SpecFile,
  spec: Spec,
  cells: readonly Cell[],
  models: ReadonlyMap<string, DescribedModel>,
): Promise<Map<string, readonly unknown[]>> {
  const items = new Map<string, readonly unknown[]>();
  const corpora = new Map<string, Corpus>();
  const groups = new Map(cells.map((cell) => [groupOf(cell), cell]));
  for (const [group, cell] of groups) {
    const tokenizer = models.get(cell.model)?.tokenizer;
    if (tokenizer === undefined) continue;
    try {
      const corpus = corpora.get(cell.text) ?? (await Corpus.read(cell.text, spec.split));
      corpora.set(cell.text, corpus);
      items.set(group, makeItems(cell, { tokenizer, corpus, seed: spec.seed }));
    } catch (error) {
      throw faultOf(error, file, spec, cell);
    }
  }
  return items;
}

/** What is wrong with a length or a text, at its line. */
function faultOf(error: unknown, file: SpecFile, spec: Spec, cell: Cell): unknown {
  if (!(error instanceof GeodesicError)) return error;
  const place = {
    'experiment.length': ['lengths', spec.lengths.indexOf(cell.length)],
    'experiment.text': ['texts', spec.texts.findIndex((text) => textName(text) === cell.text)],
  }[error.code];
  return place === undefined ? error : file.faultAt(place, `${error.message} (${cell.model})`);
}
