import { type Section, sectionsOf } from '../cost/section.js';
import type { AnyNode, Graph, ValueId } from '../ir/graph.js';
import { printType } from '../ir/tensor-type.js';
import { localName } from './drawn-node.js';

/** Consecutive sections that compute the same with other weights: the first stands for all. */
export interface Run {
  /** `layers.1`, or `layers.1 … layers.15`. */
  readonly title: string;
  readonly sections: readonly [Section, ...Section[]];
}

/** The sections of a graph, with each run of identical layers made one. */
export function collapsedSections(graph: Graph): Run[] {
  const sections = sectionsOf(graph);
  const runs: [Section, ...Section[]][] = [];
  sections.forEach((section, i) => {
    const previous = sections[i - 1];
    const entering = sections[i - 2]?.result;
    const run = runs.at(-1);
    if (run && previous && isRepeated(section, previous, entering)) run.push(section);
    else runs.push([section]);
  });
  return runs.map((run) => ({ title: titleOf(run), sections: run }));
}

function titleOf(sections: readonly [Section, ...Section[]]): string {
  const [first] = sections;
  const last = sections.at(-1) as Section;
  return sections.length === 1 ? first.name : `${first.name} … ${last.name} (${sections.length} alike)`;
}

/**
 * Whether a layer does to the states that the layer before it made what that one does to the states entering it, with other
 * weights and caches.
 */
function isRepeated(layer: Section, previous: Section, entering: AnyNode | undefined): boolean {
  if (!layer.name.startsWith('layers.') || layer.nodes.length !== previous.nodes.length) return false;
  const counterparts = new Map<ValueId, ValueId>();
  if (previous.result && entering && printType(previous.result.type) === printType(entering.type)) {
    counterparts.set(previous.result.id, entering.id);
  }
  return layer.nodes.every((node, i) => {
    const other = previous.nodes[i] as AnyNode;
    counterparts.set(node.id, other.id);
    // A value of neither layer, such as a mask, is its own counterpart; the entering states are not.
    return (
      sameOp(node, other) &&
      node.inputs.length === other.inputs.length &&
      node.inputs.every((id, k) => {
        const expected = counterparts.get(id) ?? (id === entering?.id ? undefined : id);
        return expected === other.inputs[k];
      })
    );
  });
}

function sameOp(a: AnyNode, b: AnyNode): boolean {
  return (
    a.op === b.op &&
    localName(a) === localName(b) &&
    printType(a.type) === printType(b.type) &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes)
  );
}
