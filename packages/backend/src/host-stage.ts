import { type AnyNode, evaluateHostNode, type Graph, type HostArray, type ValueId } from '@geodesic/compiler';
import { bindShape } from './bind-shape.js';
import { type Patch, replaced } from './patch.js';
import { checkSignal, givenOnHost, type RunFeeds, stateOf } from './run-feeds.js';

/** What a run knows before the device has done anything. */
export interface HostStage {
  readonly values: ReadonlyMap<ValueId, HostArray>;
  /** Sizes by the symbols of the graph's dims. */
  readonly bindings: Map<string, number>;
}

/**
 * Evaluates the host nodes of a graph, all of which come before any work of the device, with their patches, and binds the symbols
 * of all shapes.
 *
 * @param needed the host nodes whose values are asked for
 * @throws GeodesicError `run.input` for a missing or misshapen input or state, `run.patch`, `run.aborted` behind a patch
 */
export async function evaluateOnHost(
  graph: Graph,
  feeds: RunFeeds,
  needed: ReadonlySet<ValueId>,
): Promise<HostStage> {
  const values = new Map<ValueId, HostArray>();
  const bindings = new Map<string, number>();
  for (const node of graph.nodes) {
    if (needed.has(node.id)) {
      const operands = node.inputs.map((id) => values.get(id) as HostArray);
      const value = givenOnHost(node, feeds) ?? evaluateHostNode(node, operands);
      bindShape(node, value.shape, bindings);
      const patch = feeds.patches?.get(node.name);
      values.set(node.id, patch === undefined ? value : await patched(node, value, patch, feeds));
    } else if (node.op === 'state') {
      bindShape(node, stateOf(node.name, feeds).shape, bindings);
    }
  }
  return { values, bindings };
}

async function patched(
  node: AnyNode,
  { shape, data }: HostArray,
  patch: Patch,
  feeds: RunFeeds,
): Promise<HostArray> {
  const replacement = await replaced(node, { shape, data }, patch);
  checkSignal(feeds);
  return { shape, data: replacement };
}
