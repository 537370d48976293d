import {
  type AnyNode,
  evaluateHostNode,
  type Graph,
  type HostArray,
  hostValues,
  nodeAt,
  type ValueId,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bindShape } from './bind-shape.js';
import type { Device } from './device.js';
import type { GraphRunner, RunResult } from './graph-runner.js';
import { upload } from './kernels/upload.js';
import { weightNamed } from './kernels/weights.js';
import { lower } from './lowering-table.js';
import { isPacked, type Weight } from './packed-weight.js';
import { type Patch, replaced, type ValueData } from './patch.js';
import { checkSignal, givenOnHost, type RunFeeds, stateOf } from './run-feeds.js';
import { sortOutputs } from './sort-outputs.js';
import { nextTurn, turnIsOver } from './turns.js';

/** Runs a graph node by node with the device's lowering table; each node's place and last use are known. */
export class Executable implements GraphRunner {
  readonly #hostIds: ReadonlySet<ValueId>;
  /** Values whose last user is the node at an index. */
  readonly #released: readonly (readonly ValueId[])[];

  constructor(
    readonly graph: Graph,
    readonly device: Device,
    /** Weights by the names of `parameter` nodes; shared between executables and owned by the caller. */
    readonly parameters: ReadonlyMap<string, Weight>,
  ) {
    this.#hostIds = hostValues(graph);
    this.#released = lastUses(graph);
  }

  async run(feeds: RunFeeds): Promise<RunResult> {
    const run = new Run(this, feeds, this.#hostIds, this.#released);
    try {
      return await run.compute();
    } finally {
      run.dispose();
    }
  }

  dispose(): void {}
}

/** The values of one run. */
class Run {
  readonly #host = new Map<ValueId, HostArray>();
  /** Tensors that this run made: results, and uploads of host values. */
  readonly #made = new Map<ValueId, Tensor>();
  readonly #bindings = new Map<string, number>();

  constructor(
    readonly executable: Executable,
    readonly feeds: RunFeeds,
    readonly hostIds: ReadonlySet<ValueId>,
    readonly released: readonly (readonly ValueId[])[],
  ) {}

  async compute(): Promise<RunResult> {
    const { graph, device } = this.executable;
    device.activate();
    for (const node of graph.nodes) {
      if (turnIsOver()) {
        await nextTurn();
        this.#resume();
      }
      this.#evaluate(node);
      const patch = this.feeds.patches?.get(node.name);
      if (patch !== undefined) await this.#patch(node, patch);
      for (const id of this.released[node.id] ?? []) this.#release(id);
    }
    return this.#results();
  }

  dispose(): void {
    for (const tensor of this.#made.values()) tensor.dispose();
    this.#made.clear();
  }

  #evaluate(node: AnyNode): void {
    if (node.op === 'parameter') return;
    if (this.hostIds.has(node.id)) {
      this.#host.set(node.id, this.#hostValue(node));
      return;
    }
    if (node.op === 'state') {
      bindShape(node, stateOf(node.name, this.feeds).shape, this.#bindings);
      return;
    }
    const { device } = this.executable;
    device.allocateFor?.(node.name);
    const operands = node.inputs.map((id) => this.#operand(id));
    this.#made.set(node.id, lower(device, node, operands));
  }

  #hostValue(node: AnyNode): HostArray {
    const value =
      givenOnHost(node, this.feeds) ??
      evaluateHostNode(
        node,
        node.inputs.map((id) => this.#host.get(id) as HostArray),
      );
    bindShape(node, value.shape, this.#bindings);
    return value;
  }

  /** The device tensor of a value; a packed weight is unpacked. */
  #tensor(id: ValueId): Tensor {
    const operand = this.#operand(id);
    if (!isPacked(operand)) return operand;
    const unpacked = operand.unpack();
    this.#made.set(id, unpacked);
    return unpacked;
  }

  /** A value on the device; a host value is uploaded once. */
  #operand(id: ValueId): Weight {
    const made = this.#made.get(id);
    if (made !== undefined) return made;
    const node = nodeAt(this.executable.graph, id);
    const host = this.#host.get(id);
    if (host !== undefined) {
      const uploaded = this.#upload(host);
      this.#made.set(id, uploaded);
      return uploaded;
    }
    if (node.op === 'state') return stateOf(node.name, this.feeds) as Tensor;
    return weightNamed(node.name, this.executable.parameters);
  }

  #upload(host: HostArray): Tensor {
    return upload(this.executable.device.tf, host);
  }

  async #patch(node: AnyNode, patch: Patch): Promise<void> {
    const host = this.#host.get(node.id);
    if (host !== undefined) {
      this.#host.set(node.id, { shape: host.shape, data: await replaced(node, host, patch) });
      this.#resume();
      return;
    }
    const tensor = this.#tensor(node.id);
    const { shape } = tensor;
    const replacement = await replaced(
      node,
      { shape, data: (await tensor.data()) as ValueData['data'] },
      patch,
    );
    this.#resume();
    this.#made.get(node.id)?.dispose();
    this.#made.set(node.id, this.#upload({ shape, data: replacement }));
  }

  #release(id: ValueId): void {
    this.#made.get(id)?.dispose();
    this.#made.delete(id);
    this.#host.delete(id);
  }

  #results(): RunResult {
    const { outputs } = this.executable.graph;
    return sortOutputs([...outputs].map(([name, id]) => [name, this.#host.get(id) ?? this.#kept(id)]));
  }

  /** A tensor for the caller, who disposes it. */
  #kept(id: ValueId): Tensor {
    return this.executable.device.tf.clone(this.#tensor(id));
  }

  /** After others had a turn: they may have aborted the run, or made another device the active one. */
  #resume(): void {
    checkSignal(this.feeds);
    this.executable.device.activate();
  }
}

/** For each node the values that nobody needs after it. Outputs are needed to the end. */
function lastUses(graph: Graph): readonly (readonly ValueId[])[] {
  const lastUser = new Map<ValueId, ValueId>();
  for (const node of graph.nodes) for (const id of node.inputs) lastUser.set(id, node.id);
  for (const id of graph.outputs.values()) lastUser.delete(id);
  const released = graph.nodes.map((): ValueId[] => []);
  for (const [id, user] of lastUser) released[user]?.push(id);
  return released;
}
