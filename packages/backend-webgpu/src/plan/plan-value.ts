import type { HostArray } from '@geodesic/compiler';
import type { Operand } from '../kernels/kernel-launcher.js';

/** Bytes of a buffer on the device. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

export function isSameRange(a: BufferRange, b: BufferRange | undefined): boolean {
  return a.buffer === b?.buffer && a.offset === b.offset && a.size === b.size;
}

/** Where the numbers of a value are, once that is decided: what shows the same numbers in another shape has the same storage. */
export interface Storage {
  range: BufferRange | undefined;
  /** Numbers that the run brings from the host. */
  host: HostArray | undefined;
  readonly bytes: number;
  /** What an error for want of memory calls it. */
  name: string;
}

/** A value of one run of a plan: its shape, and where its numbers are to be. */
export class PlanValue implements Operand {
  readonly size: number;

  constructor(
    readonly shape: readonly number[],
    readonly dtype: 'float32' | 'int32',
    readonly storage: Storage,
  ) {
    this.size = elements(shape);
  }

  /** A result of kernels; the plan finds a place for it later. */
  static computed(shape: readonly number[]): PlanValue {
    return new PlanValue(shape, 'float32', {
      range: undefined,
      host: undefined,
      bytes: 4 * elements(shape),
      name: 'a value between kernels',
    });
  }

  /** Numbers of the host, uploaded with the run. */
  static uploaded(host: HostArray): PlanValue {
    const dtype = host.data instanceof Int32Array ? 'int32' : 'float32';
    return new PlanValue(host.shape, dtype, {
      range: undefined,
      host,
      bytes: host.data.byteLength,
      name: 'an upload',
    });
  }

  /** Numbers that are on the device already, or will be in a place that is known. */
  static placed(
    shape: readonly number[],
    range: BufferRange,
    dtype: 'float32' | 'int32' = 'float32',
  ): PlanValue {
    return new PlanValue(shape, dtype, { range, host: undefined, bytes: range.size, name: 'a value' });
  }

  /** The same numbers in another shape. */
  as(shape: readonly number[]): PlanValue {
    return new PlanValue(shape, this.dtype, this.storage);
  }
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
