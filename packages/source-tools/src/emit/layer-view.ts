import { GeodesicError, type ValueId } from '@geodesic/compiler';
import type { PhaseGraph } from './phase-graph.js';

/** What a layer caches, by the name that it has in the layer's cache. */
export interface CachedValue {
  readonly field: string;
  /** What the layer computes of the new tokens. */
  readonly added: ValueId;
  /** The same behind what was cached; in a prefill there is none. */
  readonly appended: ValueId;
}

/** One layer of a graph as a function: hidden states, and what the layers share, to hidden states and caches. */
export interface LayerView {
  readonly index: number;
  readonly own: ReadonlySet<ValueId>;
  readonly x: ValueId;
  readonly result: ValueId;
  readonly caches: readonly CachedValue[];
}

/** @throws GeodesicError `emit.unsupported` where a layer reads or gives more than hidden states */
export function viewLayer(phase: PhaseGraph, index: number): LayerView {
  const own = new Set(phase.ownNodes(index).map(({ id }) => id));
  const read = [...own]
    .flatMap((id) => phase.inputsOf(id))
    .filter((id) => !own.has(id) && isHidden(phase, id));
  const given = [...own].filter((id) => isUsedOutside(phase, own, id));
  return {
    index,
    own,
    x: theOnly(read, `layer ${index} reads`, phase),
    result: theOnly(given, `layer ${index} gives`, phase),
    caches: cachesOf(phase, index),
  };
}

function isHidden(phase: PhaseGraph, id: ValueId): boolean {
  const { op } = phase.node(id);
  return op !== 'parameter' && op !== 'constant' && op !== 'state' && !phase.isShared(id);
}

function isUsedOutside(phase: PhaseGraph, own: ReadonlySet<ValueId>, id: ValueId): boolean {
  return phase.outputs.get('logits') === id || phase.usersOf(id).some((user) => !own.has(user.id));
}

function theOnly(ids: readonly ValueId[], what: string, phase: PhaseGraph): ValueId {
  const [first, ...others] = [...new Set(ids)];
  if (first !== undefined && others.length === 0) return first;
  const names = [...new Set(ids)].map((id) => `'${phase.node(id).name}'`).join(', ');
  throw new GeodesicError(
    'emit.unsupported',
    `${what} ${names || 'nothing'}: only layers from hidden states to hidden states can be emitted; run such a model in a session`,
  );
}

function cachesOf(phase: PhaseGraph, index: number): CachedValue[] {
  const prefix = `cache.layers.${index}.`;
  return [...phase.outputs]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, id]) => {
      const node = phase.node(id);
      const added = node.op === 'cacheAppend' ? (phase.inputsOf(id)[1] as ValueId) : id;
      return { field: fieldOf(name.slice(prefix.length)), added, appended: id };
    });
}

/** `attention.keys` is `keys`. */
function fieldOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
