import type { CachedState } from '@geodesic/backend';
import type { ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bufferOf } from '../tfjs-private.js';
import { CacheMemory, type CacheNeeds } from './cache-memory.js';
import { halvesOf, tensorOfCache } from './convert-caches.js';
import { copyTokens, type PlacedTokens } from './copy-tokens.js';
import { KeyValueCache } from './key-value-cache.js';
import type { PlanDevice } from './plan-device.js';
import { PlanValue } from './plan-value.js';
import type { OpenCache } from './step-context.js';

/** Tokens in some memory. */
interface CopiedTokens extends PlacedTokens {
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
  /** States of another kind than the caches that begin with them, as what those are copied from. */
  readonly #converted: Tensor[] = [];

  constructor(readonly target: PlanDevice) {}

  /**
   * A cache of a shape that begins as the state of the step before: in the same memory where that has room, is of the same kind and
   * nobody else has written there, else in a new one.
   *
   * @throws GeodesicError `backend.memory`
   */
  open(
    id: ValueId,
    { state, ...needs }: CacheNeeds & { readonly state: CachedState | undefined },
  ): OpenCache {
    const { shape, half } = needs;
    const past = state?.shape[1] ?? 0;
    const added = (shape[1] as number) - past;
    const continued =
      state instanceof KeyValueCache && state.half === half && state.hasRoomFor(added)
        ? state.memory
        : undefined;
    const memory = continued ?? CacheMemory.create(this.target.pool, needs);
    const cache = new KeyValueCache(shape, memory);
    const value = PlanValue.placed(shape, cache.range, half ? 'int32' : 'float32');
    const isCopied = state !== undefined && continued === undefined && past > 0;
    const opened = {
      ...{ value, capacity: memory.capacity, past, half, cache },
      copied: isCopied ? this.#tokensOf(state, half) : undefined,
    };
    this.#written.set(id, opened);
    return opened;
  }

  get(id: ValueId): WrittenCache | undefined {
    return this.#written.get(id);
  }

  /** Records what has to be copied before the first kernel runs; what tfjs has recorded is to run before. */
  recordCopies(commands: GPUCommandEncoder): void {
    for (const { copied, cache } of this.#written.values()) {
      if (copied !== undefined) copyTokens(commands, copied, cache.memory, { ...copied, half: cache.half });
    }
    this.#disposeConverted();
  }

  dispose(): void {
    for (const { cache } of this.#written.values()) cache.dispose();
    this.#disposeConverted();
  }

  /** Where the numbers of a state are, which an op-by-op run may have left as a tensor. */
  #tokensOf(state: CachedState, half: boolean): CopiedTokens {
    const { shape } = state;
    const [capacity] = shape.slice(1) as [number];
    if (state instanceof KeyValueCache && state.half === half) {
      return { ...state.range, capacity: state.memory.capacity, shape };
    }
    const { backend } = this.target;
    let tensor = state as unknown as Tensor;
    if (state instanceof KeyValueCache) {
      tensor = tensorOfCache(state, this.target);
      this.#converted.push(tensor);
    }
    if (half) {
      tensor = halvesOf(tensor, this.target);
      this.#converted.push(tensor);
    }
    return { buffer: bufferOf(backend, tensor), capacity, shape };
  }

  /** Their buffers wait to be used again, and whoever does comes behind the commands that copy them. */
  #disposeConverted(): void {
    for (const tensor of this.#converted.splice(0)) tensor.dispose();
  }
}
