import { GeodesicError } from '../error.js';
import type { Graph } from '../ir/graph.js';
import { dependsOnLength, type RotaryFrequencies } from '../ir/ops.js';
import { rotaryFrequencies } from './rotary-scaling.js';

/** Whether a graph gives a row of `after` original tokens other rotary frequencies than it gave the same row at `before`. */
export function frequenciesChange(graph: Graph, before: number, after: number): boolean {
  return graph.nodes.some(
    (node) => node.op === 'rotaryCos' && frequenciesDiffer(node.attributes, before, after),
  );
}

/** Whether a row of `after` original tokens has other rotary frequencies than it had at `before`. */
function frequenciesDiffer(attributes: RotaryFrequencies, before: number, after: number): boolean {
  if (!dependsOnLength(attributes.scaling)) return false;
  const [old, current] = [rotaryFrequencies(attributes, before), rotaryFrequencies(attributes, after)];
  return old.some((frequency, i) => frequency !== current[i]);
}

/**
 * For caches that can't be computed anew: every row must keep the frequencies that its keys were cached with.
 *
 * @param before how many tokens the rows had, and `after` have now
 * @throws GeodesicError `run.frequencies`
 */
export function checkFrequencies(
  attributes: RotaryFrequencies,
  before: readonly number[],
  after: ArrayLike<number>,
): void {
  const row = before.findIndex((length, i) => frequenciesDiffer(attributes, length, after[i] as number));
  if (row < 0) return;
  throw new GeodesicError(
    'run.frequencies',
    `row ${row} has ${after[row]} tokens now, for which the rotary frequencies are others than those that its keys are cached with: prefill the whole row anew`,
  );
}
