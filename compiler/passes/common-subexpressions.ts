import type { ValueId } from '../ir/graph.js';
import { GraphBuilder, isLeaf } from '../ir/graph-builder.js';
import { printAttributes } from '../ir/print.js';
import type { Pass } from './pass.js';

/**
 * Computes once what several nodes compute alike: masks and rotary tables are declared by every layer and are the same for
 * all layers of one domain. The first node stays and keeps its name; leaves and pinned values are never folded.
 */
export const commonSubexpressions: Pass = {
  name: 'commonSubexpressions',
  run(graph, { pinned }) {
    const builder = new GraphBuilder(graph.name);
    const representative = new Map<ValueId, ValueId>();
    const known = new Map<string, ValueId>();
    for (const node of graph.nodes) {
      const inputs = node.inputs.map((id) => representative.get(id) as ValueId);
      const key = `${node.op}(${inputs}) ${printAttributes(node.attributes)}`;
      const foldable = !isLeaf(node.op) && !pinned.has(node.name);
      const id = (foldable ? known.get(key) : undefined) ?? builder.addLike(node, inputs);
      if (foldable) known.set(key, id);
      representative.set(node.id, id);
    }
    return builder.finish(
      new Map([...graph.outputs].map(([name, id]) => [name, representative.get(id) as ValueId])),
    );
  },
};
