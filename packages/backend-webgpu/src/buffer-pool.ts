import { GeodesicError } from '@geodesic/compiler';
import type { DeviceErrors } from './device-errors.js';

/** How many buffers of a kind there are, and their bytes. */
export interface BufferCount {
  readonly buffers: number;
  readonly bytes: number;
}

/** Free buffers of one size and usage. */
interface Shelf {
  readonly buffers: GPUBuffer[];
  /** The step that last took one from here, or put one back. */
  usedIn: number;
}

/** Free buffers wait for as many steps, besides the running one, that may want them. */
const STEPS_KEPT = 2;

/**
 * The buffers of a device, in place of tfjs' own pool, and with its methods.
 *
 * That one never lets go of a buffer: a cache that grows with every token would leave behind one of each size it ever had.
 * Here a free buffer that no step has wanted for two is destroyed, so that free memory is at most what the last three steps used. And a
 * buffer that the device has no room for is an error that says what it was for; tfjs would go on to compute with an invalid one.
 */
export class BufferPool {
  /** Most bytes of one buffer, and of all together: what the device allows, or less for tests. */
  limits: { bufferBytes: number; totalBytes: number };
  /** What the next buffers are for. */
  purpose = 'a buffer';
  readonly #device: GPUDevice;
  readonly #errors: DeviceErrors;
  /** Bytes by buffer. */
  readonly #used = new Map<GPUBuffer, number>();
  readonly #free = new Map<string, Shelf>();
  /** Buffers that turned out to be invalid: never handed out again. */
  readonly #invalid = new WeakSet<GPUBuffer>();
  /** What the device says of new buffers: nothing, or that it had no room. */
  readonly #outcomes = new WeakMap<GPUBuffer, Promise<GeodesicError | undefined>>();
  #usedBytes = 0;
  #freeBytes = 0;
  #step = 0;

  constructor(device: GPUDevice, errors: DeviceErrors) {
    this.#device = device;
    this.#errors = errors;
    this.limits = { bufferBytes: device.limits.maxBufferSize, totalBytes: Number.POSITIVE_INFINITY };
  }

  /** Buffers that tensors or recorded commands hold. */
  get inUse(): BufferCount {
    return { buffers: this.#used.size, bytes: this.#usedBytes };
  }

  /** Buffers that wait to be used again. */
  get free(): BufferCount {
    let buffers = 0;
    for (const shelf of this.#free.values()) buffers += shelf.buffers.length;
    return { buffers, bytes: this.#freeBytes };
  }

  /** Read by tfjs, as is the next. */
  get numBytesUsed(): number {
    return this.#usedBytes;
  }

  get numBytesAllocated(): number {
    return this.#usedBytes + this.#freeBytes;
  }

  getNumUsedBuffers(): number {
    return this.inUse.buffers;
  }

  getNumFreeBuffers(): number {
    return this.free.buffers;
  }

  /**
   * A buffer for the current purpose: a free one, or a new one.
   *
   * @throws GeodesicError `backend.memory`; where a device tells of it later, its errors do
   */
  acquireBuffer(size: number, usage: GPUBufferUsageFlags, mappedAtCreation = false, reuse = true): GPUBuffer {
    const buffer =
      (reuse ? this.#takeFree(size, usage) : undefined) ?? this.#create(size, usage, mappedAtCreation);
    this.#used.set(buffer, size);
    this.#usedBytes += size;
    return buffer;
  }

  /**
   * A new buffer for the current purpose, when the device has said that it has the room.
   *
   * @throws GeodesicError `backend.memory`
   */
  async acquireChecked(size: number, usage: GPUBufferUsageFlags): Promise<GPUBuffer> {
    const buffer = this.acquireBuffer(size, usage, false, false);
    const failure = await this.#outcomes.get(buffer);
    if (failure === undefined) return buffer;
    this.releaseBuffer(buffer, false);
    throw failure;
  }

  /** Takes a buffer back that no command waiting to be submitted refers to. */
  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    // Whoever held it when the pool was emptied gives it back later.
    const size = this.#used.get(buffer);
    if (size === undefined) return;
    this.#used.delete(buffer);
    this.#usedBytes -= size;
    if (!reuse || this.#invalid.has(buffer)) {
      buffer.destroy();
      return;
    }
    this.#shelf(size, buffer.usage).buffers.push(buffer);
    this.#freeBytes += size;
  }

  /** Destroys the free buffers that the last steps had no use for. */
  endStep(): void {
    for (const [key, { usedIn }] of this.#free) if (usedIn < this.#step - STEPS_KEPT) this.#discard(key);
    this.#step++;
  }

  /** Destroys all buffers, also those in use. */
  dispose(): void {
    this.#discardAll();
    for (const buffer of this.#used.keys()) buffer.destroy();
    this.#used.clear();
    this.#usedBytes = 0;
  }

  #takeFree(size: number, usage: GPUBufferUsageFlags): GPUBuffer | undefined {
    const buffer = this.#shelf(size, usage).buffers.pop();
    if (buffer !== undefined) this.#freeBytes -= size;
    return buffer;
  }

  #create(size: number, usage: GPUBufferUsageFlags, mappedAtCreation: boolean): GPUBuffer {
    const { bufferBytes, totalBytes } = this.limits;
    if (size > bufferBytes) throw this.#noRoom(size, `one buffer may have ${bufferBytes}`);
    if (this.numBytesAllocated + size > totalBytes) this.#discardAll();
    if (this.#usedBytes + size > totalBytes) {
      throw this.#noRoom(size, `${this.#usedBytes} of the ${totalBytes} bytes in all are in use`);
    }
    return this.#createWatched({ size, usage, mappedAtCreation });
  }

  #createWatched(descriptor: GPUBufferDescriptor): GPUBuffer {
    const { size } = descriptor;
    const failure = this.#noRoom(size, `${this.#usedBytes} bytes are in use`);
    this.#device.pushErrorScope('out-of-memory');
    let buffer: GPUBuffer | undefined;
    try {
      buffer = this.#device.createBuffer(descriptor);
      return buffer;
    } catch (cause) {
      // A buffer that is mapped from the start is either there at once or not at all.
      this.#discardAll();
      throw new GeodesicError(failure.code, failure.message, { cause });
    } finally {
      const outcome = this.#device.popErrorScope().then(
        (error) => (error === null ? undefined : this.#lament(failure, buffer)),
        // The device was lost, which the step finds out.
        () => undefined,
      );
      if (buffer !== undefined) this.#outcomes.set(buffer, outcome);
    }
  }

  /** The device has said that it had no room for a buffer that is in use by now. */
  #lament(failure: GeodesicError, buffer: GPUBuffer | undefined): GeodesicError {
    this.#errors.report(failure);
    if (buffer !== undefined) this.#invalid.add(buffer);
    // What is tried next should have all the room there is; the invalid buffer may be among the free ones already.
    this.#discardAll();
    return failure;
  }

  #noRoom(size: number, why: string): GeodesicError {
    return this.#errors.memoryError(this.purpose, size, why);
  }

  #shelf(size: number, usage: GPUBufferUsageFlags): Shelf {
    const key = `${size}_${usage}`;
    let shelf = this.#free.get(key);
    if (shelf === undefined) {
      shelf = { buffers: [], usedIn: this.#step };
      this.#free.set(key, shelf);
    }
    shelf.usedIn = this.#step;
    return shelf;
  }

  #discardAll(): void {
    for (const key of this.#free.keys()) this.#discard(key);
  }

  #discard(key: string): void {
    for (const buffer of this.#free.get(key)?.buffers ?? []) {
      this.#freeBytes -= buffer.size;
      buffer.destroy();
    }
    this.#free.delete(key);
  }
}
