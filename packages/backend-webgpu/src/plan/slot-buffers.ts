import type { Storage } from './plan-value.js';

/** The buffers that values between steps share, by slot; they grow to the largest value that a run puts there, and stay. */
export class SlotBuffers {
  readonly #buffers: (GPUBuffer | undefined)[] = [];

  constructor(readonly device: GPUDevice) {}

  /** Gives every storage the place of its slot. */
  place(storages: Iterable<readonly [slot: number, storage: Storage]>): void {
    const all = [...storages];
    const bytes: number[] = [];
    for (const [slot, storage] of all) bytes[slot] = Math.max(bytes[slot] ?? 0, storage.bytes);
    for (const [slot, storage] of all) {
      const buffer = this.#buffer(slot, bytes[slot] as number);
      storage.range = { buffer, offset: 0, size: buffer.size };
    }
  }

  /** Bytes of all slots. */
  get bytes(): number {
    return this.#buffers.reduce((sum, buffer) => sum + (buffer?.size ?? 0), 0);
  }

  dispose(): void {
    for (const buffer of this.#buffers.splice(0)) buffer?.destroy();
  }

  #buffer(slot: number, bytes: number): GPUBuffer {
    const known = this.#buffers[slot];
    if (known !== undefined && known.size >= bytes) return known;
    known?.destroy();
    const buffer = this.device.createBuffer({
      label: `slot ${slot}`,
      // Whole vectors, whatever a kernel reads at a time.
      size: Math.max(16, Math.ceil(bytes / 16) * 16),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    });
    this.#buffers[slot] = buffer;
    return buffer;
  }
}
