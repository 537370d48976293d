import { GeodesicError } from '@geodesic/compiler';
import { beforeEach, describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';
import { DeviceErrors } from './device-errors.js';

const USAGE = 128;

class FakeBuffer {
  isDestroyed = false;

  constructor(
    readonly size: number,
    readonly usage: number,
  ) {}

  destroy(): void {
    this.isDestroyed = true;
  }
}

/** As much of a device as the pool and its errors use. */
class FakeDevice extends EventTarget {
  readonly limits = { maxBufferSize: 1000 };
  readonly lost = new Promise<never>(() => {});
  readonly made: FakeBuffer[] = [];
  /** What error scopes around allocations catch; thrown ones come at once. */
  failure: { readonly caught?: object; readonly thrown?: Error } = {};
  readonly #scopes: string[] = [];

  createBuffer({ size, usage }: { size: number; usage: number }): FakeBuffer {
    if (this.failure.thrown) throw this.failure.thrown;
    const buffer = new FakeBuffer(size, usage);
    this.made.push(buffer);
    return buffer;
  }

  pushErrorScope(filter: string): void {
    this.#scopes.push(filter);
  }

  async popErrorScope(): Promise<object | null> {
    return this.#scopes.pop() === 'out-of-memory' ? (this.failure.caught ?? null) : null;
  }
}

let device: FakeDevice;
let errors: DeviceErrors;
let pool: BufferPool;

beforeEach(() => {
  device = new FakeDevice();
  errors = new DeviceErrors(device as unknown as GPUDevice, 'a fake');
  pool = new BufferPool(device as unknown as GPUDevice, errors);
});

function endSteps(count: number): void {
  for (let step = 0; step < count; step++) pool.endStep();
}

describe('BufferPool', () => {
  it('hands out a free buffer of the same size and usage, and no other', () => {
    const buffer = pool.acquireBuffer(16, USAGE);
    expect(pool.acquireBuffer(16, USAGE)).not.toBe(buffer);
    pool.releaseBuffer(buffer);
    expect(pool.acquireBuffer(32, USAGE)).not.toBe(buffer);
    expect(pool.acquireBuffer(16, USAGE + 1)).not.toBe(buffer);
    expect(pool.acquireBuffer(16, USAGE)).toBe(buffer);
  });

  it('counts buffers and bytes in use and free', () => {
    const buffer = pool.acquireBuffer(16, USAGE);
    pool.acquireBuffer(8, USAGE);
    pool.releaseBuffer(buffer);
    expect(pool.inUse).toEqual({ buffers: 1, bytes: 8 });
    expect(pool.free).toEqual({ buffers: 1, bytes: 16 });
    expect([pool.numBytesUsed, pool.numBytesAllocated]).toEqual([8, 24]);
  });

  it('destroys a buffer that is not to be used again', () => {
    const buffer = pool.acquireBuffer(16, USAGE, true, false);
    pool.releaseBuffer(buffer, false);
    expect(device.made[0]?.isDestroyed).toBe(true);
    expect(pool.free.buffers).toBe(0);
  });

  it('keeps what each step wants, and destroys what none has wanted for two', () => {
    for (let step = 0; step < 10; step++) {
      pool.releaseBuffer(pool.acquireBuffer(16, USAGE));
      // A cache that grows.
      pool.releaseBuffer(pool.acquireBuffer(100 + step, USAGE));
      pool.endStep();
      expect(pool.free.buffers).toBeLessThanOrEqual(1 + 3);
    }
    expect(device.made.filter(({ size }) => size === 16)).toHaveLength(1);
    endSteps(3);
    expect(pool.free).toEqual({ buffers: 0, bytes: 0 });
    expect(device.made.every(({ isDestroyed }) => isDestroyed)).toBe(true);
  });

  it('refuses a buffer that is too large by itself', () => {
    pool.purpose = 'head.weight';
    expect(() => pool.acquireBuffer(1004, USAGE)).toThrow(
      expect.objectContaining({
        code: 'backend.memory',
        message: expect.stringContaining(
          "(a fake) has no room for 'head.weight' (1004 bytes; one buffer may have 1000)",
        ),
      }),
    );
    expect(pool.inUse.buffers).toBe(0);
  });

  it('makes room of free buffers before it refuses one that is too large for all of them', () => {
    pool.limits = { bufferBytes: 1000, totalBytes: 100 };
    pool.releaseBuffer(pool.acquireBuffer(60, USAGE));
    const held = pool.acquireBuffer(80, USAGE);
    expect(device.made[0]?.isDestroyed).toBe(true);
    expect(() => pool.acquireBuffer(40, USAGE)).toThrow(
      /\(40 bytes; 80 of the 100 bytes in all are in use\)/,
    );
    pool.releaseBuffer(held);
    expect(pool.acquireBuffer(40, USAGE)).toBeDefined();
  });

  it('names a mapped buffer that the device refuses at once', () => {
    device.failure = { thrown: new RangeError('allocation failed') };
    pool.purpose = 'embed.weight';
    expect(() => pool.acquireBuffer(16, USAGE, true)).toThrow(
      expect.objectContaining({ code: 'backend.memory', cause: device.failure.thrown }),
    );
    expect(pool.inUse).toEqual({ buffers: 0, bytes: 0 });
  });

  it('reports a buffer that the device refuses later, and never hands it out again', async () => {
    device.failure = { caught: { message: 'out of memory' } };
    pool.purpose = 'layers.0.output';
    const buffer = pool.acquireBuffer(16, USAGE);
    device.failure = {};
    // What is invalid for want of memory is reported too, and is not the cause.
    errors.report('an invalid bind group');
    await expect(errors.check()).rejects.toMatchObject({
      code: 'backend.memory',
      message: expect.stringContaining("'layers.0.output' (16 bytes; "),
    });
    pool.releaseBuffer(buffer);
    expect(pool.acquireBuffer(16, USAGE)).not.toBe(buffer);
  });

  it('takes back without harm what was out when it was emptied', () => {
    const buffer = pool.acquireBuffer(16, USAGE);
    pool.dispose();
    pool.releaseBuffer(buffer);
    expect(pool.inUse).toEqual({ buffers: 0, bytes: 0 });
    expect(pool.free).toEqual({ buffers: 0, bytes: 0 });
  });
});

describe('DeviceErrors', () => {
  it('tells each who asks of what came since their count', async () => {
    const since = errors.count;
    errors.report('one');
    errors.report('two\nlines');
    await expect(errors.check(since)).rejects.toThrow(/reported: one and 1 more;/);
    await expect(errors.check(since + 1)).rejects.toThrow(/reported: two lines;/);
    await errors.check(errors.count);
    await errors.check();
  });

  it('counts those that it keeps no more', async () => {
    for (let i = 0; i < 250; i++) errors.report(`error ${i}`);
    await expect(errors.check(0)).rejects.toThrow(/ and 249 more;/);
    await expect(errors.check(249)).rejects.toThrow(/reported: error 249;/);
  });

  it('prefers an error for want of memory, whenever it came', async () => {
    errors.report('invalid');
    errors.report(new GeodesicError('backend.memory', 'no room'));
    await expect(errors.check(0)).rejects.toThrow('no room');
  });
});
