import type { CachedState } from '@geodesic/backend';
import type { ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bufferOf } from '../tfjs-private.js';
import { CacheMemory, copyTokens, KeyValueCache } from './key-value-cache.js';
import type { PlanDevice } from './plan-device.js';
import { PlanValue } from './plan-value.js';
import type { OpenCache } from './step-context.js';

/** Tokens in some memory, rows of them `capacity` apart. */
interface CopiedTokens {
  readonly buffer: GPUBuffer;
  readonly capacity: number;
  readonly shape: readonly number[];
}

interface WrittenCache extends OpenCache {
  readonly cache: KeyValueCache;
  /** What its beginning has to be copied from, where that is in another memory. */
  readonly copied: CopiedTokens | undefined;
}

/** The caches that one run writes. */
export class RunCaches {
  readonly #written = new Map<ValueId, WrittenCache>();

  constructor(readonly target: PlanDevice) {}

  /**
   * A cache of a shape that begins as the state of the step before: in the same memory where that has room and nobody else has
   * written there, else in a new one.
   *
   * @throws GeodesicError `backend.memory`, with `name`
   */
  open(
    id: ValueId,
    {
      name,
      shape,
      state,
    }: { readonly name: string; readonly shape: readonly number[]; readonly state: CachedState | undefined },
  ): OpenCache {
    const past = state?.shape[1] ?? 0;
    const added = (shape[1] as number) - past;
    const continued = state instanceof KeyValueCache && state.hasRoomFor(added) ? state.memory : undefined;
    const memory = continued ?? CacheMemory.create(this.target.pool, name, shape);
    const cache = new KeyValueCache(shape, memory);
    const isCopied = state !== undefined && continued === undefined && past > 0;
    const opened = {
      ...{ value: PlanValue.placed(shape, cache.range), capacity: memory.capacity, past, cache },
      copied: isCopied ? this.#tokensOf(state) : undefined,
    };
    this.#written.set(id, opened);
    return opened;
  }

  get(id: ValueId): WrittenCache | undefined {
    return this.#written.get(id);
  }

  /** Records what has to be copied before the first kernel runs. */
  recordCopies(commands: GPUCommandEncoder): void {
    for (const { copied, cache } of this.#written.values()) {
      if (copied !== undefined) copyTokens(commands, copied, cache.memory, copied.shape);
    }
  }

  dispose(): void {
    for (const { cache } of this.#written.values()) cache.dispose();
  }

  /** Where a state is, which an op-by-op run may have left as a tensor. */
  #tokensOf(state: CachedState): CopiedTokens {
    const { shape } = state;
    if (state instanceof KeyValueCache) return { ...state.range, capacity: state.memory.capacity, shape };
    const buffer = bufferOf(this.target.backend, state as unknown as Tensor);
    return { buffer, capacity: shape[1] as number, shape };
  }
}
