import type { BufferPool } from '../buffer-pool.js';
import type { BufferRange, Storage } from './plan-value.js';

/** The buffers that values between steps share, by slot; they grow to the largest value that a run puts there, and stay. */
export class SlotBuffers {
  readonly #ranges: (BufferRange | undefined)[] = [];

  constructor(readonly pool: BufferPool) {}

  /** Gives every storage the place of its slot. */
  place(storages: readonly (readonly [slot: number, storage: Storage])[]): void {
    const largest: Storage[] = [];
    for (const [slot, storage] of storages) {
      if (storage.bytes >= (largest[slot]?.bytes ?? 0)) largest[slot] = storage;
    }
    for (const [slot, storage] of storages) storage.range = this.#range(slot, largest[slot] as Storage);
  }

  dispose(): void {
    for (const slot of this.#ranges.keys()) this.#free(slot);
  }

  #range(slot: number, { bytes, name }: Storage): BufferRange {
    const known = this.#ranges[slot];
    if (known !== undefined && known.size >= bytes) return known;
    this.#free(slot);
    this.pool.purpose = name;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const buffer = this.pool.acquireBuffer(wholeVectors(bytes), usage, false, false);
    const range = { buffer, offset: 0, size: buffer.size };
    this.#ranges[slot] = range;
    return range;
  }

  #free(slot: number): void {
    const range = this.#ranges[slot];
    if (range !== undefined) this.pool.releaseBuffer(range.buffer, false);
    this.#ranges[slot] = undefined;
  }
}

/** Kernels read numbers by fours where they can. */
function wholeVectors(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}
