import {
  checkSignal,
  type Device,
  type HostStage,
  type Patch,
  type RunFeeds,
  type RunResult,
  replaced,
  sortOutputs,
} from '@geodesic/backend';
import { type AnyNode, evaluateShape, type HostArray, nodeAt, type ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlowBackend } from '../tensorflow-backend.js';
import { KeyValueCache } from './key-value-cache.js';
import type { Segment } from './lowered-graph.js';
import type { PreparedGraph } from './prepared-graph.js';
import { type PreparedStates, prepareStates } from './prepared-states.js';
import type { SavedModelCall } from './saved-model.js';

/** Where a graph runs, and with which weights. */
export interface RunTarget {
  readonly device: Device;
  readonly tensorFlow: TensorFlowBackend;
  /**
   * The id of a weight in TensorFlow.
   *
   * @throws GeodesicError `run.input` where there is no such weight, and an Error of tfjs where it was disposed
   */
  idOfWeight(name: string): number;
}

/** One run of a graph in TensorFlow. */
export class TensorFlowRun {
  /** Tensors in TensorFlow, by their ids, that end with the run: uploads, and values between segments. */
  readonly #temporary: number[] = [];
  /** By value: what segments left, and what patches made. */
  readonly #live = new Map<ValueId, number>();
  /** What follows from sizes, in the order that calls are fed it. */
  readonly #computed: number[] = [];
  readonly #states: PreparedStates;
  /** Outputs so far; the caller's if the run succeeds. */
  #made = new Map<string, Tensor | KeyValueCache>();

  constructor(
    readonly target: RunTarget,
    readonly prepared: PreparedGraph,
    readonly feeds: RunFeeds,
    readonly stage: HostStage,
  ) {
    target.device.activate();
    this.#states = prepareStates(target.device.tf, prepared.states, feeds, stage.bindings);
  }

  async compute(): Promise<RunResult> {
    const { calls, computed } = this.prepared;
    for (const compute of computed.values()) {
      this.#computed.push(this.#upload(compute(this.stage.bindings)));
    }
    for (const { segment, call } of calls) {
      this.target.device.activate();
      this.#runSegment(segment, call);
      if (segment.patched !== undefined) await this.#patch(segment.patched);
    }
    checkSignal(this.feeds);
    return this.#results();
  }

  dispose(): void {
    for (const id of this.#temporary) this.target.tensorFlow.binding.deleteTensor(id);
    for (const made of this.#made.values()) made.dispose();
    this.#states.dispose();
  }

  #runSegment({ placeholders, live, outputs }: Segment, call: SavedModelCall): void {
    const results = call([...this.#computed, ...[...placeholders.keys()].map((id) => this.#fed(id))]);
    for (const [i, id] of [...live.keys()].entries()) {
      const result = results[i]?.id as number;
      this.#temporary.push(result);
      this.#live.set(id, result);
    }
    for (const [i, [name, output]] of [...outputs].entries()) {
      const metadata = results[live.size + i];
      if (metadata === undefined) throw new RangeError(`TensorFlow gave no '${name}'`);
      const tensor = this.target.tensorFlow.createOutputTensor(metadata);
      this.#made.set(name, output.isBuffer ? this.#cache(name, tensor, output.shares) : tensor);
    }
  }

  /** What is fed for a value. */
  #fed(id: ValueId): number {
    let fed = this.#live.get(id);
    if (fed === undefined) {
      const host = this.stage.values.get(id);
      fed = host === undefined ? this.#given(id) : this.#upload(host);
      this.#live.set(id, fed);
    }
    return fed;
  }

  /** A weight or a state. */
  #given(id: ValueId): number {
    const { op, name } = nodeAt(this.prepared.graph, id);
    if (op !== 'state') return this.target.idOfWeight(name);
    return this.target.tensorFlow.getInputTensorIds([this.#states.tensors.get(id) as Tensor])[0] as number;
  }

  #upload({ shape, data }: HostArray): number {
    const { binding } = this.target.tensorFlow;
    const dtype = data instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT;
    const id = binding.createTensor(shape, dtype, data);
    this.#temporary.push(id);
    return id;
  }

  async #patch(id: ValueId): Promise<void> {
    const node = nodeAt(this.prepared.graph, id);
    const shape = evaluateShape(node.type, this.stage.bindings);
    const data = this.target.tensorFlow.binding.tensorDataSync(this.#fed(id));
    const patch = this.feeds.patches?.get(node.name) as Patch;
    const replacement = await replaced(node, { shape, data }, patch);
    checkSignal(this.feeds);
    this.target.device.activate();
    this.#live.set(id, this.#upload({ shape, data: replacement }));
  }

  /** The cache of a buffer, which shares its memory with that of a state, or begins a memory of its own. */
  #cache(name: string, buffer: Tensor, shares: ValueId | undefined): KeyValueCache {
    const shape = evaluateShape(this.#outputNode(name).type, this.stage.bindings);
    const length = shape[1] as number;
    const tail = shares === undefined ? { filled: length } : this.#states.tailOf(shares);
    tail.filled = Math.max(tail.filled, length);
    return new KeyValueCache(shape, buffer, tail);
  }

  #outputNode(name: string): AnyNode {
    return nodeAt(this.prepared.graph, this.prepared.graph.outputs.get(name) as ValueId);
  }

  #results(): RunResult {
    const { outputs } = this.prepared.graph;
    const output = (name: string, id: ValueId) =>
      this.#made.get(name) ?? (this.stage.values.get(id) as HostArray);
    const result = sortOutputs([...outputs].map(([name, id]) => [name, output(name, id)]));
    this.#made = new Map();
    return result;
  }
}
