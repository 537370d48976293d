import type { Graph, ValueId } from '../ir/graph.js';
import { nodeAt } from '../ir/graph.js';
import { GraphBuilder } from '../ir/graph-builder.js';
import type { Pass } from './pass.js';

/** Drops every node that no output needs. */
export const deadCode: Pass = {
  name: 'deadCode',
  run(graph) {
    const live = liveNodes(graph);
    const builder = new GraphBuilder(graph.name);
    const renumbered = new Map<ValueId, ValueId>();
    for (const node of graph.nodes) {
      if (!live.has(node.id)) continue;
      renumbered.set(
        node.id,
        builder.addLike(
          node,
          node.inputs.map((id) => renumbered.get(id) as ValueId),
        ),
      );
    }
    return builder.finish(
      new Map([...graph.outputs].map(([name, id]) => [name, renumbered.get(id) as ValueId])),
    );
  },
};

function liveNodes(graph: Graph): Set<ValueId> {
  const live = new Set<ValueId>();
  const pending = [...graph.outputs.values()];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (live.has(id)) continue;
    live.add(id);
    pending.push(...nodeAt(graph, id).inputs);
  }
  return live;
}
