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
import {
  assignSlots,
  evaluateShape,
  type Graph,
  hostValues,
  inputsOf,
  nodeAt,
  type Schedule,
  type SlotAssignment,
  schedule,
  type ValueId,
  viewedValues,
} from '@geodesic/compiler';
import { DispatchEncoder } from './dispatch-encoder.js';
import { EagerRunner } from './eager-runner.js';
import { makeRoom } from './make-room.js';
import type { PlanDevice } from './plan-device.js';
import { PlanRecording } from './plan-recording.js';
import { isPlannable } from './plannable.js';
import { PlannedRun } from './planned-run.js';
import { SlotBuffers } from './slot-buffers.js';
import { UploadBuffer } from './upload-buffer.js';

/** What a plan knows before any run: its steps, the slots of their results, and which host values they read. */
export interface Plan {
  readonly schedule: Schedule;
  readonly slots: SlotAssignment;
  readonly views: ReadonlyMap<ValueId, ValueId>;
  readonly needed: ReadonlySet<ValueId>;
  /** Whether runs continue rows, as most do; what begins rows gives its buffers back, since many steps follow each of its runs. */
  readonly continues: boolean;
}

/**
 * Runs a graph as one list of dispatches in one submit: values between steps share buffers that the memory planner assigned, bind
 * groups stay from run to run while their buffers do, and all that comes from the host is one write.
 */
export class PlannedRunner implements GraphRunner {
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

function planOf(scheduled: Schedule): Plan {
  const views = viewedValues(scheduled);
  const handedOut = new Set([...scheduled.outputs.values()].map((id) => views.get(id) ?? id));
  const isCache = (id: ValueId) => id >= scheduled.graph.nodes.length;
  return {
    schedule: scheduled,
    slots: assignSlots(scheduled, (id) => handedOut.has(id) || isCache(id)),
    views,
    needed: neededOnHost(scheduled),
    continues: scheduled.graph.nodes.some(({ op }) => op === 'state'),
  };
}

/** The host values that steps read or that the graph hands out, what they are computed from, and all that is fed. */
function neededOnHost({ graph, steps }: Schedule): Set<ValueId> {
  const onHost = hostValues(graph);
  const needed = new Set<ValueId>();
  const need = (id: ValueId) => {
    if (needed.has(id) || !onHost.has(id)) return;
    needed.add(id);
    for (const input of nodeAt(graph, id).inputs) need(input);
  };
  for (const { id, op } of graph.nodes) if (op === 'input' || op === 'state') need(id);
  for (const step of steps) for (const id of inputsOf(step)) need(id);
  for (const id of graph.outputs.values()) need(id);
  return needed;
}
