import {
  checkSignal,
  evaluateOnHost,
  type GraphRunner,
  nextTurn,
  type RunFeeds,
  type RunnerOptions,
  type RunResult,
  turnIsOver,
  type Weight,
} from '@geodesic/backend';
import { evaluateShape, type Graph, schedule } from '@geodesic/compiler';
import { DispatchEncoder } from './dispatch-encoder.js';
import { EagerRunner } from './eager-runner.js';
import { makeRoom } from './make-room.js';
import { type Plan, planOf } from './plan.js';
import type { PlanDevice } from './plan-device.js';
import { PlanRecording } from './plan-recording.js';
import { isPlannable } from './plannable.js';
import { PlannedRun } from './planned-run.js';
import type { PreparedPlan } from './prepared-plan.js';
import { SlotBuffers } from './slot-buffers.js';
import { UploadBuffer } from './upload-buffer.js';

/**
 * Runs a graph as one list of dispatches in one submit: values between steps share buffers that the memory planner assigned, bind
 * groups stay from run to run while their buffers do, and all that comes from the host is one write.
 */
export class PlannedRunner implements GraphRunner, PreparedPlan {
  readonly #slots: SlotBuffers;
  readonly #uploads: UploadBuffer;
  readonly #encoder: DispatchEncoder;
  readonly #eager: EagerRunner;
  readonly #recording: PlanRecording;

  private constructor(
    readonly plan: Plan,
    readonly target: PlanDevice,
    readonly parameters: ReadonlyMap<string, Weight>,
    readonly options: RunnerOptions,
  ) {
    const { backend, pool } = target;
    this.#slots = new SlotBuffers(pool);
    this.#uploads = new UploadBuffer(backend.device.queue, pool);
    this.#encoder = new DispatchEncoder(target.pipelines);
    this.#eager = new EagerRunner(plan.schedule.graph, target, parameters);
    this.#recording = new PlanRecording(this);
  }

  /** A runner for a graph, or nothing where some step has no kernel. */
  static prepare(
    graph: Graph,
    target: PlanDevice,
    parameters: ReadonlyMap<string, Weight>,
    options: RunnerOptions,
  ): PlannedRunner | undefined {
    const scheduled = schedule(graph);
    if (!isPlannable(scheduled)) return undefined;
    return new PlannedRunner(planOf(scheduled), target, parameters, options);
  }

  async run(feeds: RunFeeds): Promise<RunResult> {
    // A patch reads a value back between two ops.
    if (feeds.patches !== undefined && feeds.patches.size > 0) return this.#eager.run(feeds);
    checkSignal(feeds);
    this.target.device.activate();
    const stage = await evaluateOnHost(this.plan.schedule.graph, feeds, this.plan.needed);
    await makeRoom(this.plan, feeds, this.target, (id) =>
      evaluateShape(this.plan.schedule.typeOf(id), stage.bindings),
    );
    if (turnIsOver()) await nextTurn();
    checkSignal(feeds);
    const run = new PlannedRun(this, this.#recording, feeds, stage);
    try {
      await this.#encoder.compile(run.dispatches);
      checkSignal(feeds);
      const result = run.submit(this.#slots, this.#uploads, this.#encoder);
      if (!this.plan.continues) this.#releaseBuffers();
      return result;
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#releaseBuffers();
  }

  #releaseBuffers(): void {
    this.#slots.dispose();
    this.#uploads.dispose();
  }
}
