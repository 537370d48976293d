import type { DeviceState } from '@geodesic/backend';
import type { CacheMemory } from './cache-memory.js';
import type { BufferRange } from './plan-value.js';

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
