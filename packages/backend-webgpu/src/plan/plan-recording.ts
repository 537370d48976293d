import { type HostStage, isPacked, type RunFeeds, stateOf } from '@geodesic/backend';
import { evaluateShape, type HostArray, type KernelStep, nodeAt, type ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelSet } from '../kernels/kernel-set.js';
import { kernelCalls } from '../lowering.js';
import { gpuWeight } from '../packing/gpu-weight.js';
import { bufferOf } from '../tfjs-private.js';
import { lowerStep } from './lower-step.js';
import { PackedPlanWeight } from './packed-plan-weight.js';
import { PlanRecorder } from './plan-recorder.js';
import { isSameShape, PlanValue, type Storage } from './plan-value.js';
import type { PreparedPlan } from './prepared-plan.js';
import type { RecordedDispatch } from './recorded-dispatch.js';
import type { RunCaches } from './run-caches.js';
import type { OpenCache, StepContext, TokenStreams } from './step-context.js';
import { type OpenStepRecord, openStepRecord, type StepRecord } from './step-record.js';
import { tokenVectors } from './token-vectors.js';

/** What a run is given and computes on the host. */
export interface RunInputs {
  readonly feeds: RunFeeds;
  readonly stage: HostStage;
  readonly caches: RunCaches;
}

/**
 * The dispatches of a plan, kept from run to run. A run lowers a step anew only if something that the step has read is another value
 * than in the run before: in decoding those are the steps that write and read caches, since all else keeps its shape.
 */
export class PlanRecording implements StepContext {
  readonly recorder: PlanRecorder;
  readonly kernels: KernelSet<PlanValue>;
  readonly calls: StepContext['calls'];
  readonly #records: StepRecord[] = [];
  /** Values that runs bring from the host; as long as one keeps its shape, runs bring it in the same storage. */
  readonly #hosts = new Map<ValueId, PlanValue>();
  readonly #numbers = new Map<string, PlanValue>();
  /** States that are no caches; each run brings its own. */
  readonly #states = new Set<ValueId>();
  /** Weights, values of the host, states, and what steps have made: of this run as far as it has come, then of the run before. */
  readonly #values = new Map<ValueId, PlanValue>();
  /** Of this run. */
  readonly #tokens = new Map<string, PlanValue>();
  #inputs: RunInputs | undefined;
  #step: OpenStepRecord = openStepRecord();

  constructor(readonly prepared: PreparedPlan) {
    const { pipelines, variants } = prepared.target;
    this.recorder = new PlanRecorder(pipelines.limits);
    this.kernels = { launcher: this.recorder, variants };
    this.calls = kernelCalls(this.kernels);
  }

  /** Brings the dispatches up to what a run is given. */
  update(inputs: RunInputs): void {
    this.#inputs = inputs;
    this.#tokens.clear();
    for (const id of this.#states) this.#values.delete(id);
    for (const id of this.#hosts.keys()) this.#values.set(id, this.#host(id) as PlanValue);
    for (const [i, step] of this.prepared.plan.schedule.steps.entries()) {
      const known = this.#records[i];
      if (known !== undefined && this.#holds(known)) continue;
      const record = this.#lower(step, known);
      this.#records[i] = record;
      for (const [id, value] of record.defined) this.#values.set(id, value);
    }
  }

  /** All dispatches, in order. */
  dispatches(): RecordedDispatch[] {
    return this.#records.flatMap(({ dispatches }) => dispatches);
  }

  /** What has a slot: results of steps, and what their dispatches pass on among themselves. */
  placed(): (readonly [slot: number, storage: Storage])[] {
    return this.#records.flatMap(({ placed }) => placed);
  }

  /** What the run brings from the host. */
  uploaded(): Set<Storage> {
    const values = [...this.#hosts.values(), ...this.#tokens.values(), ...this.#numbers.values()];
    return new Set(values.map(({ storage }) => storage));
  }

  /** What the last run has made of a value. */
  result(id: ValueId): PlanValue | undefined {
    return this.#values.get(id);
  }

  value(id: ValueId): PlanValue {
    const value = this.#find(id);
    this.#step.reads.set(id, value);
    return value;
  }

  define(id: ValueId, value: PlanValue): void {
    value.storage.name = this.prepared.plan.schedule.nameOf(id);
    this.#step.defined.set(id, value);
  }

  shapeOf(id: ValueId): readonly number[] {
    const shape = this.#shapeOf(id);
    this.#step.shapes.set(id, shape);
    return shape;
  }

  tokens(streams: TokenStreams): PlanValue {
    this.#step.isFixed = false;
    const { stage } = this.#inputs as RunInputs;
    return known(this.#tokens, JSON.stringify(streams), () =>
      PlanValue.uploaded(tokenVectors(streams, (id) => stage.values.get(id) as HostArray)),
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

  get halfCaches(): boolean {
    return this.prepared.options.cache === 'half';
  }

  openCache(id: ValueId, { past, half }: { past: ValueId | undefined; half: boolean }): OpenCache {
    this.#step.isFixed = false;
    const { feeds, caches } = this.#inputs as RunInputs;
    const { graph, nameOf } = this.prepared.plan.schedule;
    const state = past === undefined ? undefined : stateOf(nodeAt(graph, past).name, feeds);
    return caches.open(id, { name: nameOf(id), shape: this.#shapeOf(id), state, half });
  }

  cache(id: ValueId): OpenCache {
    this.#step.isFixed = false;
    return (this.#inputs as RunInputs).caches.get(id) as OpenCache;
  }

  /** Whether a step would be lowered to the same dispatches again. */
  #holds({ isFixed, reads, shapes }: StepRecord): boolean {
    if (!isFixed) return false;
    for (const [id, value] of reads) if (this.#find(id) !== value) return false;
    for (const [id, shape] of shapes) if (!isSameShape(shape, this.#shapeOf(id))) return false;
    return true;
  }

  #lower(step: KernelStep, before: StepRecord | undefined): StepRecord {
    this.#step = openStepRecord();
    this.recorder.begin(before?.results ?? []);
    lowerStep(step, this);
    const recorded = this.recorder.end();
    return { ...this.#step, ...recorded, placed: this.#placesOf(recorded.results) };
  }

  /** The slots of a step's results, and slots of their own behind those for what only its dispatches see. */
  #placesOf(results: readonly PlanValue[]): (readonly [number, Storage])[] {
    const { slots, views } = this.prepared.plan;
    const ids = new Map<Storage, ValueId>();
    for (const [id, { storage }] of this.#step.defined) if (!views.has(id)) ids.set(storage, id);
    let scratch = slots.count;
    return results.flatMap(({ storage }) => {
      const id = ids.get(storage);
      const slot = id === undefined ? scratch++ : slots.slots.get(id);
      return slot === undefined ? [] : [[slot, storage] as const];
    });
  }

  #find(id: ValueId): PlanValue {
    const value = this.#values.get(id);
    if (value !== undefined) return value;
    const found = this.#host(id) ?? this.#state(id) ?? this.#weight(id);
    this.#values.set(id, found);
    return found;
  }

  /** A state that is no cache of keys or values: another tensor in each run. */
  #state(id: ValueId): PlanValue | undefined {
    const { op, name, type } = nodeAt(this.prepared.plan.schedule.graph, id);
    if (op !== 'state') return undefined;
    this.#states.add(id);
    const state = stateOf(name, (this.#inputs as RunInputs).feeds) as Tensor;
    return this.#onDevice(state, type.dtype === 'i32' ? 'int32' : 'float32');
  }

  #host(id: ValueId): PlanValue | undefined {
    const host = (this.#inputs as RunInputs).stage.values.get(id);
    if (host === undefined) return undefined;
    const value = PlanValue.uploaded(host);
    const before = this.#hosts.get(id);
    if (before?.dtype === value.dtype && isSameShape(before.shape, value.shape)) {
      before.storage.host = host;
      return before;
    }
    this.#hosts.set(id, value);
    return value;
  }

  #shapeOf(id: ValueId): number[] {
    return evaluateShape(this.prepared.plan.schedule.typeOf(id), (this.#inputs as RunInputs).stage.bindings);
  }

  #weight(id: ValueId): PlanValue {
    const { name, type } = nodeAt(this.prepared.plan.schedule.graph, id);
    const weight = this.prepared.parameters.get(name);
    if (weight === undefined) throw new RangeError(`a plan lacks the value '${name}'`);
    const dtype = type.dtype === 'i32' ? 'int32' : 'float32';
    if (!isPacked(weight)) return this.#onDevice(weight, dtype);
    const packed = gpuWeight(weight);
    return new PackedPlanWeight(packed, this.#onDevice(packed.words, 'int32'));
  }

  #onDevice(tensor: Tensor, dtype: 'float32' | 'int32'): PlanValue {
    const buffer = bufferOf(this.prepared.target.backend, tensor);
    return PlanValue.placed(tensor.shape, { buffer, offset: 0, size: buffer.size }, dtype);
  }
}

function known<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
