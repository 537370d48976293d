import { type CachedState, type RunFeeds, stateOf, type Tfjs } from '@geodesic/backend';
import {
  type AnyNode,
  type Dim,
  evaluateDim,
  type Graph,
  hostValues,
  type ValueId,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { capacitySymbol, spareSymbol } from './computed-feeds.js';
import { capacityFor, KeyValueCache, newBuffer, type Tail, tokensOf } from './key-value-cache.js';
import { appendsInPlace, isBufferedOutput } from './lower-graph.js';

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

/** What a graph does with its states, which is the same in all of its runs. */
export interface StateUses {
  /** Those of the device; with the append that writes behind one in place, where there is one. */
  readonly states: readonly { readonly node: AnyNode; readonly append: AnyNode | undefined }[];
  /** The token axes of the caches that it hands out. */
  readonly cached: readonly Dim[];
}

/** @param patched names of the values that are replaced while the graph runs */
export function stateUses(graph: Graph, patched: ReadonlySet<string>): StateUses {
  const appends = appendsInPlace(graph, patched);
  const onHost = hostValues(graph);
  const states = graph.nodes.filter(({ op, id }) => op === 'state' && !onHost.has(id));
  const cached = [...graph.outputs].filter(([name]) => isBufferedOutput(graph, name));
  return {
    states: states.map((node) => ({ node, append: appends.get(node.id) })),
    cached: cached.map(([, id]) => tokensDim(graph.nodes[id] as AnyNode)),
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
  for (const { node, append } of uses.states) {
    const state = stateOf(node.name, feeds);
    if (append === undefined) {
      states.addPlain(node.id, state);
      continue;
    }
    const total = evaluateDim(tokensDim(append), bindings);
    const appended = total - (state.shape[1] as number);
    const fits = state instanceof KeyValueCache && state.hasRoomFor(appended);
    const capacity = bindCapacity(tokensDim(append), bindings, fits ? state.capacity : capacityFor(total));
    bindCapacity(tokensDim(node), bindings, capacity);
    states.addBuffer(node.id, state, appended, capacity);
  }
  for (const tokens of uses.cached) {
    bindCapacity(tokens, bindings, capacityFor(evaluateDim(tokens, bindings)));
  }
  return states;
}

/** Binds the capacity of all buffers of as many tokens, unless it is bound; what it is. */
function bindCapacity(tokens: Dim, bindings: Map<string, number>, wanted: number): number {
  const capacity = bindings.get(capacitySymbol(tokens)) ?? wanted;
  bindings.set(capacitySymbol(tokens), capacity);
  bindings.set(spareSymbol(tokens), capacity - evaluateDim(tokens, bindings));
  return capacity;
}

function tokensDim({ type }: AnyNode): Dim {
  return type.axes[1]?.size as Dim;
}
