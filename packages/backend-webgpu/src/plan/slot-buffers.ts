import type { BufferPool } from '../buffer-pool.js';
import type { Storage } from './plan-value.js';

/** The buffers that values between steps share, by slot; they grow to the largest value that a run puts there, and stay. */
export class SlotBuffers {
  readonly #buffers: (GPUBuffer | undefined)[] = [];

  constructor(readonly pool: BufferPool) {}

  /** Gives every storage the place of its slot. */
  place(storages: Iterable<readonly [slot: number, storage: Storage]>): void {
    const all = [...storages];
    const largest: Storage[] = [];
    for (const [slot, storage] of all) {
      if (storage.bytes >= (largest[slot]?.bytes ?? 0)) largest[slot] = storage;
    }
    for (const [slot, storage] of all) {
      const buffer = this.#buffer(slot, largest[slot] as Storage);
      storage.range = { buffer, offset: 0, size: buffer.size };
    }
  }

  dispose(): void {
    for (const slot of this.#buffers.keys()) this.#free(slot);
  }

  #buffer(slot: number, { bytes, name }: Storage): GPUBuffer {
    const known = this.#buffers[slot];
    if (known !== undefined && known.size >= bytes) return known;
    this.#free(slot);
    this.pool.purpose = name;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const buffer = this.pool.acquireBuffer(wholeVectors(bytes), usage, false, false);
    this.#buffers[slot] = buffer;
    return buffer;
  }

  #free(slot: number): void {
    const buffer = this.#buffers[slot];
    if (buffer !== undefined) this.pool.releaseBuffer(buffer, false);
    this.#buffers[slot] = undefined;
  }
}

/** Kernels read numbers by fours where they can. */
function wholeVectors(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}
