import type { Components, Kernel } from './kernel.js';
import type { LinearAddend } from './linear-operands.js';

/** A kernel of linear with a packed weight, and the size of the blocks of its result that a workgroup computes. */
export interface PackedLinearKernel {
  readonly kernel: Kernel;
  readonly columns: number;
  readonly rows: number;
}

/** `vectors` of four inputs make a row of x; the window [first, first + count) counts blocks of inputs. */
export const PACKED_LINEAR_UNIFORMS = {
  rows: 'i32',
  vectors: 'i32',
  first: 'i32',
  count: 'i32',
  columns: 'i32',
  blockStride: 'i32',
} as const;

/** Bindings of a kernel of linear with a packed weight. */
export function packedLinearInputs(addend: LinearAddend): Readonly<Record<string, Components>> {
  return { x: 4, weight: 1, ...(addend === 'bias' && { bias: 1 as const }) };
}
