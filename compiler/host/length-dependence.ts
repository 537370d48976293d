import type { Graph } from '../ir/graph.js';
import { dependsOnLength, type RotaryFrequencies } from '../ir/ops.js';
import { rotaryFrequencies } from './rotary-scaling.js';

/** Whether a graph gives a row of `after` original tokens other rotary frequencies than it gave the same row at `before`. */
export function frequenciesChange(graph: Graph, before: number, after: number): boolean {
  return graph.nodes.some(
    (node) =>
      node.op === 'rotaryCos' &&
      dependsOnLength(node.attributes.scaling) &&
      differ(node.attributes, before, after),
  );
}

function differ(attributes: RotaryFrequencies, before: number, after: number): boolean {
  const [old, current] = [rotaryFrequencies(attributes, before), rotaryFrequencies(attributes, after)];
  return old.some((frequency, i) => frequency !== current[i]);
}
