import {
  type CachedState,
  type HostStage,
  isPacked,
  type RunFeeds,
  type RunResult,
  stateOf,
} from '@geodesic/backend';
import { evaluateShape, type HostArray, nodeAt, type ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelSet } from '../kernels/kernel-set.js';
import { kernelCalls } from '../lowering.js';
import { gpuWeight } from '../packing/gpu-weight.js';
import { bufferOf, emptyTensor, flush } from '../tfjs-private.js';
import type { DispatchEncoder } from './dispatch-encoder.js';
import { lowerStep } from './lower-step.js';
import { PackedPlanWeight } from './packed-plan-weight.js';
import { PlanRecorder, type RecordedDispatch } from './plan-recorder.js';
import { PlanValue, type Storage } from './plan-value.js';
import type { PlannedRunner } from './planned-runner.js';
import { RunCaches } from './run-caches.js';
import type { SlotBuffers } from './slot-buffers.js';
import type { OpenCache, StepContext, TokenStreams } from './step-context.js';
import { tokenVectors } from './token-vectors.js';
import type { UploadBuffer } from './upload-buffer.js';

/** One run of a plan. */
export class PlannedRun implements StepContext {
  readonly recorder: PlanRecorder;
  readonly kernels: KernelSet<PlanValue>;
  readonly calls: StepContext['calls'];
  readonly #values = new Map<ValueId, PlanValue>();
  readonly #caches: RunCaches;
  readonly #tokens = new Map<string, PlanValue>();
  readonly #numbers = new Map<string, PlanValue>();
  /** Results that have a slot, and what steps needed beside their results. */
  readonly #placed: [slot: number, storage: Storage][] = [];
  /** Storages that steps have defined or that have a slot. */
  readonly #defined = new Set<Storage>();
  readonly #outputs = new Map<ValueId, Tensor>();

  constructor(
    readonly runner: PlannedRunner,
    readonly feeds: RunFeeds,
    readonly stage: HostStage,
  ) {
    const { pipelines, variants } = runner.target;
    this.recorder = new PlanRecorder(pipelines.limits);
    this.kernels = { launcher: this.recorder, variants };
    this.calls = kernelCalls(this.kernels);
    this.#caches = new RunCaches(runner.target);
  }

  get dispatches(): readonly RecordedDispatch[] {
    return this.recorder.dispatches;
  }

  /** Writes down the dispatches of all steps. */
  record(): void {
    const { schedule, slots } = this.runner.plan;
    for (const step of schedule.steps) {
      const before = this.dispatches.length;
      lowerStep(step, this);
      this.#placeScratch(before, slots.count);
    }
  }

  /** Sends everything to the device at once, and gives what the graph hands out. */
  submit(slots: SlotBuffers, uploads: UploadBuffer, encoder: DispatchEncoder): RunResult {
    const { backend, device } = this.runner.target;
    const gpu: GPUDevice = backend.device;
    device.activate();
    this.#placeOutputs();
    slots.place(this.#placed);
    const uniforms = uploads.write(this.dispatches.map(uniformsOf), this.#uploaded());
    // What tfjs has recorded, uploads of weights among it, comes first.
    flush(backend);
    const commands = gpu.createCommandEncoder();
    this.#caches.recordCopies(commands);
    const pass = commands.beginComputePass();
    encoder.encode(pass, this.dispatches, uniforms);
    pass.end();
    gpu.queue.submit([commands.finish()]);
    return this.#results();
  }

  /** Frees what a run that failed has made. */
  dispose(): void {
    this.#caches.dispose();
    for (const tensor of this.#outputs.values()) tensor.dispose();
  }

  value(id: ValueId): PlanValue {
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const host = this.stage.values.get(id);
    const value = host === undefined ? this.#weight(id) : PlanValue.uploaded(host);
    this.#values.set(id, value);
    return value;
  }

  define(id: ValueId, value: PlanValue): void {
    this.#values.set(id, value);
    const slot = this.runner.plan.views.has(id) ? undefined : this.runner.plan.slots.slots.get(id);
    const { storage } = value;
    storage.name = this.runner.plan.schedule.nameOf(id);
    this.#defined.add(storage);
    if (slot !== undefined && storage.host === undefined) this.#placed.push([slot, storage]);
  }

  shapeOf(id: ValueId): number[] {
    return evaluateShape(this.runner.plan.schedule.typeOf(id), this.stage.bindings);
  }

  tokens(streams: TokenStreams): PlanValue {
    const key = JSON.stringify(streams);
    return known(this.#tokens, key, () =>
      PlanValue.uploaded(tokenVectors(streams, (id) => this.stage.values.get(id) as HostArray)),
    );
  }

  numbers(values: readonly number[]): PlanValue {
    return known(this.#numbers, values.join(), () =>
      PlanValue.uploaded({
        shape: values.length === 1 ? [] : [values.length],
        data: Float32Array.from(values),
      }),
    );
  }

  openCache(id: ValueId, past: ValueId | undefined): OpenCache {
    const { graph, nameOf } = this.runner.plan.schedule;
    const state = past === undefined ? undefined : stateOf(nodeAt(graph, past).name, this.feeds);
    return this.#caches.open(id, { name: nameOf(id), shape: this.shapeOf(id), state });
  }

  cache(id: ValueId): OpenCache {
    return this.#caches.get(id) as OpenCache;
  }

  #weight(id: ValueId): PlanValue {
    const { name, type } = nodeAt(this.runner.plan.schedule.graph, id);
    const weight = this.runner.parameters.get(name);
    if (weight === undefined) throw new RangeError(`a plan lacks the value '${name}'`);
    const dtype = type.dtype === 'i32' ? 'int32' : 'float32';
    if (!isPacked(weight)) return this.#onDevice(weight, dtype);
    const packed = gpuWeight(weight);
    return new PackedPlanWeight(packed, this.#onDevice(packed.words, 'int32'));
  }

  #onDevice(tensor: Tensor, dtype: 'float32' | 'int32'): PlanValue {
    const buffer = bufferOf(this.runner.target.backend, tensor);
    return PlanValue.placed(tensor.shape, { buffer, offset: 0, size: buffer.size }, dtype);
  }

  /** Gives slots of their own to what a step's dispatches pass on among themselves. */
  #placeScratch(before: number, first: number): void {
    let slot = first;
    for (let i = before; i < this.dispatches.length; i++) {
      for (const { storage } of this.dispatches[i]?.results ?? []) {
        if (storage.range !== undefined || this.#defined.has(storage)) continue;
        this.#defined.add(storage);
        this.#placed.push([slot++, storage]);
      }
    }
  }

  /** Results that the graph hands out, by what computes them. */
  *#handedOut(): Iterable<[ValueId, PlanValue]> {
    const { schedule, views } = this.runner.plan;
    const sources = new Set([...schedule.outputs.values()].map((id) => views.get(id) ?? id));
    for (const source of sources) {
      const value = this.#values.get(source);
      if (value !== undefined) yield [source, value];
    }
  }

  #placeOutputs(): void {
    const { backend, device, pool } = this.runner.target;
    for (const [id, { storage, shape }] of this.#handedOut()) {
      const tensor = emptyTensor(device.tf, backend, shape);
      this.#outputs.set(id, tensor);
      pool.purpose = storage.name;
      const buffer = bufferOf(backend, tensor);
      storage.range = { buffer, offset: 0, size: buffer.size };
    }
  }

  #uploaded(): Set<Storage> {
    const inputs = this.dispatches.flatMap((dispatch) => dispatch.inputs);
    const storages = inputs.map((input) => ('tensor' in input ? input.tensor : input).storage);
    return new Set(storages.filter(({ host }) => host !== undefined));
  }

  #results(): RunResult {
    const { schedule, views } = this.runner.plan;
    const { tf } = this.runner.target.device;
    const host = new Map<string, HostArray>();
    const device = new Map<string, Tensor>();
    const states = new Map<string, CachedState>();
    for (const [name, id] of schedule.graph.outputs) {
      const value = this.stage.values.get(id);
      if (value !== undefined) (name.startsWith('cache.') ? states : host).set(name, value);
    }
    for (const [name, id] of schedule.outputs) {
      const written = this.#caches.get(id);
      if (written !== undefined) states.set(name, written.cache);
      else device.set(name, tf.reshape(this.#outputs.get(views.get(id) ?? id) as Tensor, this.shapeOf(id)));
    }
    for (const tensor of this.#outputs.values()) tensor.dispose();
    return { host, device, states };
  }
}

function uniformsOf({ uniforms, kernel }: RecordedDispatch): {
  readonly values: readonly number[];
  readonly types: readonly string[];
} {
  return { values: uniforms, types: Object.values(kernel.uniforms) };
}

function known<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
