import type { DeviceState } from '@geodesic/backend';
import type { BufferPool } from '../buffer-pool.js';
import type { BufferRange } from './plan-value.js';

/** Caches have room for a multiple of this many tokens, so that most steps write in place. */
const ROOM = 128;

/** What a memory of keys or values is made for. */
export interface CacheNeeds {
  /** What an error for want of memory calls it. */
  readonly name: string;
  /** [rows, tokens, heads, dim] */
  readonly shape: readonly number[];
  /** Whether numbers are half floats, two in a word. */
  readonly half: boolean;
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

  get half(): boolean {
    return this.memory.half;
  }

  get byteLength(): number {
    return this.size * (this.half ? 2 : 4);
  }

  /** Whether this many tokens may be written behind those of this cache. */
  hasRoomFor(tokens: number): boolean {
    return this.isLast && this.length + tokens <= this.memory.capacity;
  }

  /** Whether nobody has written behind this cache. */
  get isLast(): boolean {
    return this.memory.filled === this.length;
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

/** Tokens of a row that a memory for so many gets room for. */
export function capacityFor(tokens: number): number {
  return Math.max(1, Math.ceil(tokens / ROOM)) * ROOM;
}

/** Bytes of a memory for rows of so many tokens. */
export function memoryBytes({ shape, half }: Pick<CacheNeeds, 'shape' | 'half'>, capacity: number): number {
  return (shape[0] as number) * capacity * tokenBytes(shape, half);
}

/** Bytes of a token's keys or values, [rows, tokens, heads, dim]. */
function tokenBytes([, , heads, dim]: readonly number[], half: boolean): number {
  return (half ? 2 : 4) * (heads as number) * (dim as number);
}

/** Where tokens are, rows of them `capacity` tokens apart. */
export interface PlacedTokens {
  readonly buffer: GPUBuffer;
  readonly capacity: number;
}

/** Records the copy of tokens [rows, tokens, heads, dim] from one memory to another, both of half floats or neither. */
export function copyTokens(
  encoder: GPUCommandEncoder,
  from: PlacedTokens,
  to: PlacedTokens,
  { shape, half }: Pick<CacheNeeds, 'shape' | 'half'>,
): void {
  const [rows, tokens] = shape;
  const bytes = tokenBytes(shape, half);
  for (let row = 0; row < (rows as number); row++) {
    encoder.copyBufferToBuffer(
      from.buffer,
      row * from.capacity * bytes,
      to.buffer,
      row * to.capacity * bytes,
      (tokens as number) * bytes,
    );
  }
}
