import { type AnyNode, type Graph, isCache, nodeAt, type ValueId } from '@geodesic/compiler';

/** Whether a value's cache is kept as [B, heads, capacity, dim], with room for more: keys and values [B, T, heads, dim]. */
function isBuffered({ type }: Pick<AnyNode, 'type'>): boolean {
  return type.dtype === 'f32' && type.axes.length === 4 && type.axes[1]?.domain !== undefined;
}

/** The appends that may write in place: those of states that nothing replaces, one for each. */
export function appendsInPlace(source: Graph, patched: ReadonlySet<string>): ReadonlyMap<ValueId, AnyNode> {
  const appends = new Map<ValueId, AnyNode>();
  for (const node of source.nodes) {
    const state = node.op === 'cacheAppend' ? nodeAt(source, node.inputs[0] as ValueId) : undefined;
    if (state?.op !== 'state' || !isBuffered(state) || patched.has(state.name)) continue;
    if (!appends.has(state.id)) appends.set(state.id, node);
  }
  return appends;
}

/** Whether an output of the graph is a cache of keys or values. */
export function isBufferedOutput(source: Graph, name: string): boolean {
  return isCache(name) && isBuffered(nodeAt(source, source.outputs.get(name) as ValueId));
}
