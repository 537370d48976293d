import {
  type DeviceState,
  type HostStage,
  type RunFeeds,
  type RunResult,
  sortOutputs,
} from '@geodesic/backend';
import { evaluateShape, type HostArray, type ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bufferOf, emptyTensor, flush } from '../tfjs-private.js';
import type { DispatchEncoder } from './dispatch-encoder.js';
import type { PlanRecording } from './plan-recording.js';
import type { PlanValue } from './plan-value.js';
import type { PreparedPlan } from './prepared-plan.js';
import type { RecordedDispatch } from './recorded-dispatch.js';
import { RunCaches } from './run-caches.js';
import type { SlotBuffers } from './slot-buffers.js';
import type { UploadBuffer } from './upload-buffer.js';

/** One run of a plan: what it sends to the device, and what comes of it. */
export class PlannedRun {
  readonly dispatches: readonly RecordedDispatch[];
  readonly #caches: RunCaches;
  readonly #outputs = new Map<ValueId, Tensor>();

  constructor(
    readonly prepared: PreparedPlan,
    readonly recording: PlanRecording,
    feeds: RunFeeds,
    readonly stage: HostStage,
  ) {
    this.#caches = new RunCaches(prepared.target);
    try {
      recording.update({ feeds, stage, caches: this.#caches });
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.dispatches = recording.dispatches();
  }

  /** Sends everything to the device at once, and gives what the graph hands out. */
  submit(slots: SlotBuffers, uploads: UploadBuffer, encoder: DispatchEncoder): RunResult {
    const { backend, device } = this.prepared.target;
    const gpu: GPUDevice = backend.device;
    device.activate();
    this.#placeOutputs();
    slots.place(this.recording.placed());
    const uniforms = uploads.write(this.dispatches, this.recording.uploaded());
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

  /** Results that the graph hands out, by what computes them. */
  *#handedOut(): Iterable<[ValueId, PlanValue]> {
    const { schedule, views } = this.prepared.plan;
    const sources = new Set([...schedule.outputs.values()].map((id) => views.get(id) ?? id));
    for (const source of sources) {
      const value = this.recording.result(source);
      if (value !== undefined) yield [source, value];
    }
  }

  #placeOutputs(): void {
    const { backend, device, pool } = this.prepared.target;
    for (const [id, { storage, shape }] of this.#handedOut()) {
      const tensor = emptyTensor(device.tf, backend, shape);
      this.#outputs.set(id, tensor);
      pool.purpose = storage.name;
      const buffer = bufferOf(backend, tensor);
      storage.range = { buffer, offset: 0, size: buffer.size };
    }
  }

  #results(): RunResult {
    const result = sortOutputs([...this.#hostOutputs(), ...this.#deviceOutputs()]);
    for (const tensor of this.#outputs.values()) tensor.dispose();
    return result;
  }

  *#hostOutputs(): Iterable<[string, HostArray]> {
    for (const [name, id] of this.prepared.plan.schedule.graph.outputs) {
      const value = this.stage.values.get(id);
      if (value !== undefined) yield [name, value];
    }
  }

  *#deviceOutputs(): Iterable<[string, DeviceState]> {
    const { schedule, views } = this.prepared.plan;
    const { tf } = this.prepared.target.device;
    for (const [name, id] of schedule.outputs) {
      const written = this.#caches.get(id);
      if (written !== undefined) {
        yield [name, written.cache];
        continue;
      }
      const shape = evaluateShape(schedule.typeOf(id), this.stage.bindings);
      yield [name, tf.reshape(this.#outputs.get(views.get(id) ?? id) as Tensor, shape)];
    }
  }
}
