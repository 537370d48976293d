import { type Graph, hostValues, type ValueId } from '@geodesic/compiler';

/**
 * The values that the host evaluates: all that it can, but for the masks of a run that begins with many tokens. Those are far larger
 * than what they follow from; a single token's is not, and costs less than the ops that compute it.
 */
export function hostedValues(graph: Graph): ReadonlySet<ValueId> {
  const values = hostValues(graph);
  if (isContinuing(graph)) return values;
  return new Set([...values].filter((id) => graph.nodes[id]?.op !== 'attentionMask'));
}

/** Whether runs append to caches, most of them a single token, rather than begin with many tokens. */
export function isContinuing(graph: Graph): boolean {
  return graph.nodes.some(({ op }) => op === 'cacheAppend');
}
