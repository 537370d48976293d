import type { BufferPool } from '../buffer-pool.js';
import { type BufferRange, isSameRange, type Storage } from './plan-value.js';
import type { RecordedDispatch } from './recorded-dispatch.js';

/** What offsets of bindings must be a multiple of: WebGPU's own default for storage and uniforms. */
const ALIGNMENT = 256;

/**
 * All that a run brings from the host, in one buffer that is written once a run: the uniforms of its dispatches, a slice each, then the
 * numbers of values. A value has room for the next power of two, so that what grows token by token seldom moves what lies behind it.
 */
export class UploadBuffer {
  #buffer: GPUBuffer | undefined;
  #staged = new ArrayBuffer(0);
  readonly #uniforms: BufferRange[] = [];
  /** The dispatches whose uniforms are staged, as most of a decoding step's are those of the step before. */
  readonly #stagedFor: RecordedDispatch[] = [];

  constructor(
    readonly queue: GPUQueue,
    readonly pool: BufferPool,
  ) {}

  /** Writes the uniforms and the values, and says where each of the uniforms is; the values' storages get their places. */
  write(dispatches: readonly RecordedDispatch[], values: Iterable<Storage>): readonly BufferRange[] {
    const placed: [Storage, number][] = [];
    let end = dispatches.length * ALIGNMENT;
    for (const storage of values) {
      placed.push([storage, end]);
      end += roomFor(storage.bytes);
    }
    const buffer = this.#roomFor(end);
    for (const [i, dispatch] of dispatches.entries()) {
      if (this.#stagedFor[i] !== dispatch) this.#stage(i, dispatch);
    }
    // Values may lie where a longer list of dispatches had uniforms.
    this.#stagedFor.length = dispatches.length;
    for (const [storage, offset] of placed) {
      const data = storage.host?.data as Float32Array | Int32Array;
      new Uint8Array(this.#staged, offset, data.byteLength).set(
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
      const range = { buffer, offset, size: roomFor(storage.bytes) };
      if (storage.range === undefined || !isSameRange(storage.range, range)) storage.range = range;
    }
    this.queue.writeBuffer(buffer, 0, this.#staged, 0, end);
    return this.#slices(buffer, dispatches.length);
  }

  dispose(): void {
    if (this.#buffer !== undefined) this.pool.releaseBuffer(this.#buffer, false);
    this.#buffer = undefined;
  }

  #stage(index: number, dispatch: RecordedDispatch): void {
    const { uniforms, uniformTypes } = dispatch;
    const view = new DataView(this.#staged, index * ALIGNMENT, ALIGNMENT);
    for (const [i, value] of uniforms.entries()) {
      if (uniformTypes[i] === 'f32') view.setFloat32(4 * i, value, true);
      else view.setInt32(4 * i, value, true);
    }
    this.#stagedFor[index] = dispatch;
  }

  /** Where the uniforms are: the same objects as long as they are in the same buffer. */
  #slices(buffer: GPUBuffer, count: number): readonly BufferRange[] {
    if (this.#uniforms[0]?.buffer !== buffer) this.#uniforms.length = 0;
    for (let i = this.#uniforms.length; i < count; i++) {
      this.#uniforms.push({ buffer, offset: i * ALIGNMENT, size: ALIGNMENT });
    }
    return this.#uniforms;
  }

  #roomFor(bytes: number): GPUBuffer {
    if (this.#buffer === undefined || this.#buffer.size < bytes) {
      this.dispose();
      const size = roomFor(bytes);
      this.#staged = new ArrayBuffer(size);
      this.#stagedFor.length = 0;
      this.pool.purpose = 'uploads of a plan';
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
      this.#buffer = this.pool.acquireBuffer(size, usage, false, false);
    }
    return this.#buffer;
  }
}

function roomFor(bytes: number): number {
  return Math.max(ALIGNMENT, 2 ** Math.ceil(Math.log2(bytes)));
}
