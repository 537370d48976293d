import type { BufferPool } from '../buffer-pool.js';
import { type CacheForm, capacityFor, memoryBytes } from './cache-sizes.js';
import type { PlacedTokens } from './copy-tokens.js';

/** What a memory of keys or values is made for. */
export interface CacheNeeds extends CacheForm {
  /** What an error for want of memory calls it. */
  readonly name: string;
}

/** The memory of cached keys or values, [rows, capacity, heads, dim], which the caches of successive steps share. */
export class CacheMemory {
  /** Tokens of each row that some cache has written. */
  filled = 0;
  #holders = 0;

  private constructor(
    readonly pool: BufferPool,
    private held: PlacedTokens,
    readonly half: boolean,
  ) {}

  get buffer(): GPUBuffer {
    return this.held.buffer;
  }

  /** Tokens that a row has room for. */
  get capacity(): number {
    return this.held.capacity;
  }

  /**
   * A memory with room for a cache of this shape and some more tokens.
   *
   * @throws GeodesicError `backend.memory`
   */
  static create(pool: BufferPool, { name, shape, half }: CacheNeeds): CacheMemory {
    const capacity = capacityFor(shape[1] as number);
    const size = memoryBytes({ shape, half }, capacity);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    pool.purpose = name;
    return new CacheMemory(pool, { buffer: pool.acquireBuffer(size, usage, false, false), capacity }, half);
  }

  /** Takes a buffer that all tokens have been copied to in place of its own. */
  moveTo(buffer: GPUBuffer, capacity: number): void {
    this.pool.releaseBuffer(this.buffer, false);
    this.held = { buffer, capacity };
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
