import { type RunFeeds, stateOf } from '@geodesic/backend';
import { nodeAt, type StepOf, type ValueId } from '@geodesic/compiler';
import { capacityFor, memoryBytes } from './cache-sizes.js';
import { copyTokens } from './copy-tokens.js';
import { KeyValueCache } from './key-value-cache.js';
import type { Plan } from './plan.js';
import type { PlanDevice } from './plan-device.js';

/** A cache that a run continues. */
interface Continued {
  readonly cache: KeyValueCache;
  readonly name: string;
}

/**
 * Moves the caches that a run will write behind to larger memories where they have no room, before the run begins: keys and values
 * of one step at a time, so that two memories of the others never are there at once. What a cache holds stays as it is; where the device
 * has no room, it stays where it is.
 *
 * @param shapeOf what the run's caches will be
 * @throws GeodesicError `backend.memory`
 */
export async function makeRoom(
  { schedule }: Plan,
  feeds: RunFeeds,
  target: PlanDevice,
  shapeOf: (id: ValueId) => readonly number[],
): Promise<void> {
  for (const step of schedule.steps) {
    if (step.kind !== 'cacheKeys') continue;
    const continued = continuedBy(step, (id) => nodeAt(schedule.graph, id).name, feeds);
    if (continued !== undefined) await grow(continued, shapeOf(step.keyCache)[1] as number, target);
  }
}

/** The keys and values behind which a step writes, where those are caches of plans. */
function continuedBy(
  { pastKeys, pastValues }: StepOf<'cacheKeys'>,
  nameOf: (id: ValueId) => string,
  feeds: RunFeeds,
): readonly Continued[] | undefined {
  const continued: Continued[] = [];
  for (const id of [pastKeys, pastValues]) {
    const cache = id === undefined ? undefined : stateOf(nameOf(id), feeds);
    if (!(cache instanceof KeyValueCache)) return undefined;
    continued.push({ cache, name: nameOf(id as ValueId) });
  }
  return continued;
}

async function grow(
  continued: readonly Continued[],
  tokens: number,
  { pool, backend }: PlanDevice,
): Promise<void> {
  // Where others have written behind a cache, the run begins a memory of its own.
  const mustGrow = () =>
    continued.every(({ cache }) => cache.isLast) &&
    continued.some(({ cache }) => !cache.hasRoomFor(tokens - cache.length));
  if (!mustGrow()) return;
  const capacity = capacityFor(tokens);
  const gpu: GPUDevice = backend.device;
  const buffers: GPUBuffer[] = [];
  try {
    for (const { cache, name } of continued) {
      pool.purpose = name;
      buffers.push(await pool.acquireChecked(memoryBytes(cache, capacity), cache.memory.buffer.usage));
    }
    // Another run may have had a turn.
    if (mustGrow()) {
      const commands = gpu.createCommandEncoder();
      for (const [i, { cache }] of continued.entries()) {
        copyTokens(commands, cache.memory, { buffer: buffers[i] as GPUBuffer, capacity }, cache);
      }
      gpu.queue.submit([commands.finish()]);
      for (const { cache } of continued) cache.memory.moveTo(buffers.shift() as GPUBuffer, capacity);
    }
  } finally {
    for (const buffer of buffers) pool.releaseBuffer(buffer, false);
  }
  // Only then does the device let go of what was copied.
  await gpu.queue.onSubmittedWorkDone();
}
