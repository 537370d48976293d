import {
  type AnyNode,
  evaluateHostNode,
  GeodesicError,
  type Graph,
  type HostArray,
  hostValues,
  nodeAt,
  type ValueId,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bindShape } from './bind-shape.js';
import type { Device } from './device.js';
import type { CachedState, GraphRunner, Patch, RunFeeds, RunResult, ValueData } from './graph-runner.js';
import { upload } from './kernels/upload.js';
import { lower } from './lowering-table.js';
import { isPacked, type Weight } from './packed-weight.js';
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
      bindShape(node, this.#state(node).shape, this.#bindings);
      return;
    }
    const { device } = this.executable;
    device.allocateFor?.(node.name);
    const operands = node.inputs.map((id) => this.#operand(id));
    this.#made.set(node.id, lower(device, node, operands));
  }

  #hostValue(node: AnyNode): HostArray {
    const value =
      this.#given(node) ??
      evaluateHostNode(
        node,
        node.inputs.map((id) => this.#host.get(id) as HostArray),
      );
    bindShape(node, value.shape, this.#bindings);
    return value;
  }

  #given(node: AnyNode): HostArray | undefined {
    if (node.op === 'state') return this.#state(node) as HostArray;
    if (node.op !== 'input') return undefined;
    const value = this.feeds.inputs[node.name];
    if (value === undefined) throw new GeodesicError('run.input', `the run lacks the input '${node.name}'`);
    return value;
  }

  #state(node: AnyNode): CachedState {
    const state = this.feeds.states.get(node.name);
    if (state === undefined)
      throw new GeodesicError('run.input', `the run lacks the state '${node.name}': prefill first`);
    return state;
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
    if (node.op === 'state') return this.#state(node) as Tensor;
    const parameter = this.executable.parameters.get(node.name);
    if (parameter === undefined)
      throw new GeodesicError('run.input', `the run lacks the weight '${node.name}'`);
    return parameter;
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
    const host = new Map<string, HostArray>();
    const device = new Map<string, Tensor>();
    const states = new Map<string, CachedState>();
    for (const [name, id] of this.executable.graph.outputs) {
      const value = this.#host.get(id);
      if (name.startsWith('cache.')) states.set(name, value ?? this.#kept(id));
      else if (value !== undefined) host.set(name, value);
      else device.set(name, this.#kept(id));
    }
    return { host, device, states };
  }

  /** A tensor for the caller, who disposes it. */
  #kept(id: ValueId): Tensor {
    return this.executable.device.tf.clone(this.#tensor(id));
  }

  /** After others had a turn: they may have aborted the run, or made another device the active one. */
  #resume(): void {
    if (this.feeds.signal?.aborted) throw new GeodesicError('run.aborted', 'the run was aborted');
    this.executable.device.activate();
  }
}

/** What a patch makes of a value. It gets a copy: on cpu a tensor's data are its own memory, which may be a weight's. */
export async function replaced(
  node: AnyNode,
  { shape, data }: ValueData,
  patch: Patch,
): Promise<Float32Array> {
  if (data instanceof Int32Array) {
    throw new GeodesicError('run.patch', `'${node.name}' can't be patched: it is not float32`);
  }
  const replacement = await patch({ shape, data: data.slice() });
  if (!(replacement instanceof Float32Array)) {
    throw new GeodesicError('run.patch', `the patch of '${node.name}' must give a Float32Array`);
  }
  // A copy here too: the caller may use its buffer again.
  if (replacement.length === data.length) return replacement.slice();
  throw new GeodesicError(
    'run.patch',
    `the patch of '${node.name}' gave ${replacement.length} numbers instead of ${data.length}`,
  );
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
