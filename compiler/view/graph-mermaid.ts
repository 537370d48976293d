import type { AnyNode, Graph, ValueId } from '../ir/graph.js';
import { printType } from '../ir/tensor-type.js';
import { isCache, withoutLayer } from '../ir/value-name.js';
import { collapsedSections, type Run } from './collapse.js';
import { isDrawn } from './drawn-node.js';

const MERGE_STYLE = 'fill:#ffe8cc,stroke:#d9480f,stroke-width:3px';

/** How a node is drawn, by what it is; `[` and `]` for all others. */
const BRACKETS: { readonly [op: string]: readonly [string, string] } = {
  input: ['([', '])'],
  state: ['[(', ')]'],
};

/**
 * Draws a graph as a Mermaid flowchart: a box a section, identical layers once, merges highlighted. Weights and constants
 * are left out, and so are the outputs that only fill caches.
 */
export function graphToMermaid(graph: Graph): string {
  const runs = collapsedSections(graph);
  const drawn = new Map<ValueId, ValueId>();
  for (const run of runs) recordDrawn(run, drawn);
  return [
    'flowchart TD',
    ...runs.flatMap((run, index) => drawRun(run, index)),
    ...edges(runs, drawn),
    ...drawOutputs(graph, drawn),
    `  classDef merge ${MERGE_STYLE}`,
    ...runs.flatMap((run, index) => (run.sections[0].name === 'merge' ? [`  class s${index} merge`] : [])),
    '',
  ].join('\n');
}

/** Which drawn node stands for each node: its counterpart in the first layer of the run. */
function recordDrawn({ sections }: Run, drawn: Map<ValueId, ValueId>): void {
  for (const { nodes } of sections) {
    nodes.forEach((node, i) => {
      if (isDrawn(node)) drawn.set(node.id, (sections[0].nodes[i] as AnyNode).id);
    });
  }
}

function drawRun({ title, sections: [first] }: Run, index: number): string[] {
  const nodes = first.nodes.filter(isDrawn).map((node) => {
    const [open, close] = BRACKETS[node.op] ?? ['[', ']'];
    const label = [withoutLayer(node.name), node.op, printType(node.type)].map(escapeLabel).join('<br/>');
    return `    n${node.id}${open}"${label}"${close}`;
  });
  return [`  subgraph s${index}["${escapeLabel(title)}"]`, ...nodes, '  end'];
}

function edges(runs: readonly Run[], drawn: ReadonlyMap<ValueId, ValueId>): string[] {
  return runs.flatMap(({ sections: [first] }) =>
    first.nodes.filter(isDrawn).flatMap((node) =>
      // One edge for an operand that is used twice.
      [...new Set(node.inputs)].flatMap((id) => {
        const from = drawn.get(id);
        return from === undefined ? [] : [`  n${from} --> n${node.id}`];
      }),
    ),
  );
}

function drawOutputs(graph: Graph, drawn: ReadonlyMap<ValueId, ValueId>): string[] {
  return [...graph.outputs]
    .filter(([name, id]) => !isCache(name) && drawn.has(id))
    .flatMap(([name, id], i) => [`  o${i}(["${escapeLabel(name)}"])`, `  n${drawn.get(id)} --> o${i}`]);
}

/** Mermaid's entities for whatever could end a quoted label, start an entity, or be taken for HTML or Markdown. */
function escapeLabel(text: string): string {
  return text.replace(/[#"<>&`*]/g, (character) => `#${character.charCodeAt(0)};`);
}
