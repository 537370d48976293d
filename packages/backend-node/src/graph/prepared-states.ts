import { type CachedState, type RunFeeds, stateOf, type Tfjs } from '@geodesic/backend';
import { type AnyNode, type Dim, evaluateDim, type Graph, type ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { capacitySymbol, spareSymbol } from './buffer-dims.js';
import { appendsInPlace, isBufferedOutput } from './buffered-caches.js';
import { hostedValues } from './hosted-values.js';
import { capacityFor, KeyValueCache, newBuffer, type Tail, tokensOf } from './key-value-cache.js';

/** The states of a run in the form that its graph wants: buffers with room for what is appended, or plain tensors. */
export class PreparedStates {
  readonly #tensors = new Map<ValueId, Tensor>();
  readonly #tails = new Map<ValueId, Tail>();
  /** Those that only this run needs. */
  readonly #made: Tensor[] = [];

  constructor(readonly tf: Tfjs) {}

  get tensors(): ReadonlyMap<ValueId, Tensor> {
    return this.#tensors;
  }

  /** How far the memory of a state's buffer is written. */
  tailOf(id: ValueId): Tail {
    return this.#tails.get(id) as Tail;
  }

  /** A state whose buffer is appended to in place, of a capacity; a copy where it has no room for that, or isn't the last. */
  addBuffer(id: ValueId, state: CachedState, appended: number, capacity: number): void {
    if (state instanceof KeyValueCache && state.capacity === capacity && state.hasRoomFor(appended)) {
      this.#tensors.set(id, state.buffer);
      this.#tails.set(id, state.tail);
      return;
    }
    const copy = newBuffer(this.tf, state as KeyValueCache | Tensor, capacity);
    this.#made.push(copy);
    this.#tensors.set(id, copy);
    this.#tails.set(id, { filled: state.shape[1] as number });
  }

  addPlain(id: ValueId, state: CachedState): void {
    if (!(state instanceof KeyValueCache)) {
      this.#tensors.set(id, state as Tensor);
      return;
    }
    const tokens = tokensOf(this.tf, state);
    this.#made.push(tokens);
    this.#tensors.set(id, tokens);
  }

  dispose(): void {
    for (const tensor of this.#made) tensor.dispose();
  }
}

/** The token axis of buffers, and the symbols that a run binds for it. */
interface BufferAxis {
  readonly tokens: Dim;
  readonly capacity: string;
  readonly spare: string;
}

/** A state of the device. */
interface StateUse {
  readonly node: AnyNode;
  /** Of the append that writes behind it in place, where there is one: before it and after. */
  readonly appended: { readonly from: BufferAxis; readonly to: BufferAxis } | undefined;
}

/** What a graph does with its states, which is the same in all of its runs. */
export interface StateUses {
  readonly states: readonly StateUse[];
  /** Of the caches that it hands out, each once. */
  readonly cached: readonly BufferAxis[];
}

/** @param patched names of the values that are replaced while the graph runs */
export function stateUses(graph: Graph, patched: ReadonlySet<string>): StateUses {
  const appends = appendsInPlace(graph, patched);
  const onHost = hostedValues(graph);
  const states = graph.nodes.filter(({ op, id }) => op === 'state' && !onHost.has(id));
  const outputs = [...graph.outputs].filter(([name]) => isBufferedOutput(graph, name));
  const cached = outputs.map(([, id]) => bufferAxis(graph.nodes[id] as AnyNode));
  return {
    states: states.map((node) => {
      const append = appends.get(node.id);
      return { node, appended: append && { from: bufferAxis(node), to: bufferAxis(append) } };
    }),
    cached: [...new Map(cached.map((axis) => [axis.capacity, axis])).values()],
  };
}

/**
 * Prepares the device's states of a run, and binds the capacities of all buffers of the graph.
 *
 * @throws GeodesicError `run.input` for a missing state
 */
export function prepareStates(
  tf: Tfjs,
  uses: StateUses,
  feeds: RunFeeds,
  bindings: Map<string, number>,
): PreparedStates {
  const states = new PreparedStates(tf);
  for (const { node, appended } of uses.states) {
    const state = stateOf(node.name, feeds);
    if (appended === undefined) {
      states.addPlain(node.id, state);
      continue;
    }
    const total = evaluateDim(appended.to.tokens, bindings);
    const added = total - (state.shape[1] as number);
    const fits = state instanceof KeyValueCache && state.hasRoomFor(added);
    const capacity = bindCapacity(appended.to, bindings, fits ? state.capacity : capacityFor(total));
    bindCapacity(appended.from, bindings, capacity);
    states.addBuffer(node.id, state, added, capacity);
  }
  for (const axis of uses.cached) {
    bindCapacity(axis, bindings, capacityFor(evaluateDim(axis.tokens, bindings)));
  }
  return states;
}

/** Binds the capacity of all buffers of as many tokens, unless it is bound; what it is. */
function bindCapacity(
  { tokens, capacity, spare }: BufferAxis,
  bindings: Map<string, number>,
  wanted: number,
): number {
  const bound = bindings.get(capacity) ?? wanted;
  bindings.set(capacity, bound);
  bindings.set(spare, bound - evaluateDim(tokens, bindings));
  return bound;
}

function bufferAxis({ type }: AnyNode): BufferAxis {
  const tokens = type.axes[1]?.size as Dim;
  return { tokens, capacity: capacitySymbol(tokens), spare: spareSymbol(tokens) };
}
