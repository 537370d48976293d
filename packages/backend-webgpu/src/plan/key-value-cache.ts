import type { DeviceState } from '@geodesic/backend';
import type { BufferPool } from '../buffer-pool.js';
import type { BufferRange } from './plan-value.js';

/** Caches grow by this many tokens, so that most steps write in place. */
const ROOM = 128;

/** The memory of cached keys or values, [rows, capacity, heads, dim], which the caches of successive steps share. */
export class CacheMemory {
  /** Tokens of each row that some cache has written. */
  filled = 0;
  #holders = 0;

  private constructor(
    readonly pool: BufferPool,
    readonly buffer: GPUBuffer,
    readonly capacity: number,
  ) {}

  /** A memory with room for a cache of this shape and some more tokens; an error for want of it names `name`. */
  static create(pool: BufferPool, name: string, [rows, tokens, heads, dim]: readonly number[]): CacheMemory {
    const capacity = (Math.floor((tokens as number) / ROOM) + 1) * ROOM;
    const size = 4 * (rows as number) * capacity * (heads as number) * (dim as number);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    pool.purpose = name;
    return new CacheMemory(pool, pool.acquireBuffer(size, usage, false, false), capacity);
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders <= 0) this.pool.releaseBuffer(this.buffer, false);
  }
}

/**
 * Cached keys or values [B, T, heads, dim]. The next step writes behind them, into the same memory, and makes another cache of it;
 * where two steps follow the same cache, the second gets a memory of its own.
 */
export class KeyValueCache implements DeviceState {
  #disposed = false;

  constructor(
    readonly shape: readonly number[],
    readonly memory: CacheMemory,
  ) {
    memory.hold();
    memory.filled = Math.max(memory.filled, this.length);
  }

  get length(): number {
    return this.shape[1] as number;
  }

  /** Numbers that count, not those that there is room for. */
  get size(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** Whether this many tokens may be written behind those of this cache. */
  hasRoomFor(tokens: number): boolean {
    return this.memory.filled === this.length && this.length + tokens <= this.memory.capacity;
  }

  get range(): BufferRange {
    const { buffer } = this.memory;
    return { buffer, offset: 0, size: buffer.size };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.memory.release();
  }
}

/** Records the copy of the first `tokens` tokens of every row from one memory to another; rows lie `capacity` tokens apart. */
export function copyTokens(
  encoder: GPUCommandEncoder,
  from: { readonly buffer: GPUBuffer; readonly capacity: number },
  to: { readonly buffer: GPUBuffer; readonly capacity: number },
  [rows, tokens, heads, dim]: readonly number[],
): void {
  const tokenBytes = 4 * (heads as number) * (dim as number);
  for (let row = 0; row < (rows as number); row++) {
    encoder.copyBufferToBuffer(
      from.buffer,
      row * from.capacity * tokenBytes,
      to.buffer,
      row * to.capacity * tokenBytes,
      (tokens as number) * tokenBytes,
    );
  }
}
