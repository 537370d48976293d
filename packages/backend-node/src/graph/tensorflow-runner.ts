import {
  checkSignal,
  type Device,
  evaluateOnHost,
  type GraphRunner,
  nextTurn,
  type RunFeeds,
  type RunResult,
  turnIsOver,
  weightNamed,
} from '@geodesic/backend';
import type { Graph, ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlowBackend } from '../tensorflow-backend.js';
import { type GraphVariant, GraphVariants } from './graph-variant.js';
import { hostedValues } from './hosted-values.js';
import { lowerGraph } from './lower-graph.js';
import type { PreparedGraph } from './prepared-graph.js';
import { stateUses } from './prepared-states.js';
import { SavedModel } from './saved-model.js';
import { type RunTarget, TensorFlowRun } from './tensorflow-run.js';

/**
 * Runs a graph as one call of a TensorFlow session, or as one more for each value that is patched. The session starts with the
 * first run. The thread waits for each call: an abort is heeded before and after it.
 */
export class TensorFlowRunner implements GraphRunner, RunTarget {
  readonly #variants: GraphVariants;
  readonly #onHost: ReadonlySet<ValueId>;
  /** All for the same patches. */
  readonly #prepared = new Map<GraphVariant, PreparedGraph>();
  #patched: readonly string[] = [];
  /** By weight: tfjs takes a millisecond to look up those of SmolLM2, and they stay. */
  readonly #ids = new Map<Tensor, number>();

  constructor(
    readonly graph: Graph,
    readonly device: Device,
    readonly tensorFlow: TensorFlowBackend,
    /** Weights by the names of `parameter` nodes; the caller's. They are fed with each run, which copies nothing. */
    readonly parameters: ReadonlyMap<string, Tensor>,
  ) {
    this.#variants = new GraphVariants(graph);
    this.#onHost = hostedValues(graph);
  }

  async run(feeds: RunFeeds): Promise<RunResult> {
    checkSignal(feeds);
    const stage = await evaluateOnHost(this.graph, feeds, this.#onHost);
    if (turnIsOver()) await nextTurn();
    checkSignal(feeds);
    const prepared = this.#prepare([...(feeds.patches?.keys() ?? [])], stage.bindings);
    const run = new TensorFlowRun(this, prepared, feeds, stage);
    try {
      return await run.compute();
    } finally {
      run.dispose();
    }
  }

  idOfWeight(name: string): number {
    const tensor = weightNamed(name, this.parameters);
    const known = tensor.isDisposed ? undefined : this.#ids.get(tensor);
    const id = known ?? (this.tensorFlow.getInputTensorIds([tensor])[0] as number);
    this.#ids.set(tensor, id);
    return id;
  }

  dispose(): void {
    for (const { model } of this.#prepared.values()) model.dispose();
    this.#prepared.clear();
  }

  #prepare(patched: readonly string[], bindings: ReadonlyMap<string, number>): PreparedGraph {
    if (this.#patched.join() !== patched.join()) this.dispose();
    this.#patched = patched;
    const variant = this.#variants.for(bindings);
    const prepared = this.#prepared.get(variant) ?? this.#lower(variant);
    this.#prepared.set(variant, prepared);
    return prepared;
  }

  #lower(variant: GraphVariant): PreparedGraph {
    const patched = new Set(this.#patched);
    const { nodes, sources, segments, computed } = lowerGraph(variant, patched);
    const model = new SavedModel(this.tensorFlow.binding, nodes, sources);
    const calls = segments.map((segment) => {
      const fetches = [...segment.live.values(), ...[...segment.outputs.values()].map(({ node }) => node)];
      const feeds = [...computed.keys(), ...segment.placeholders.values()];
      return { segment, call: model.call(feeds, fetches) };
    });
    return { graph: variant.graph, computed, model, calls, states: stateUses(variant.graph, patched) };
  }
}
