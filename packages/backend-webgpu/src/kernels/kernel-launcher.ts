import type { BufferWindow } from '../tfjs-private.js';
import type { Kernel } from './kernel.js';

/** What kernels are chosen by: an operand without its numbers. */
export interface Operand {
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype: string;
}

/** A part of an operand's buffer. */
export interface WindowedOperand<T extends Operand> {
  readonly tensor: T;
  readonly window: BufferWindow;
}

/** One dispatch of a kernel. */
export interface Dispatch<T extends Operand> {
  /** The kernel's bindings, in order; a window binds a part of an operand's buffer. */
  readonly inputs: readonly (T | WindowedOperand<T>)[];
  /** The kernel's uniforms, in order. */
  readonly uniforms: readonly number[];
  /** How many invocations or workgroups have work: along x, or over x and y for kernels of groups. */
  readonly units: number | readonly [x: number, y: number];
}

/** One dispatch of a kernel that makes a whole value. */
export interface Launch<T extends Operand> extends Dispatch<T> {
  /** Shape of the result. */
  readonly shape: readonly number[];
}

/** Whatever runs kernels, or writes down that they are to run. */
export interface KernelLauncher<T extends Operand> {
  /** Most bytes that one binding may have. */
  readonly bindingBytes: number;
  /** Bytes that a window's offset must be a multiple of. */
  readonly offsetAlignment: number;
  /** One dispatch, whose result is a float32 value, or words where the kernel says so. */
  launch(kernel: Kernel, launch: Launch<T>): T;
  /** Dispatches that make one such value together, each a part of it or on top of what the ones before left there. */
  launchInParts(parts: readonly (Dispatch<T> & { readonly kernel: Kernel })[], shape: readonly number[]): T;
}

/** How many workgroups along x and y have work. */
export function workgroupsOf(
  { unit, workgroupSize }: Kernel,
  units: Dispatch<Operand>['units'],
  most: number,
): [number, number, number] {
  if (typeof units !== 'number') return [units[0], units[1], 1];
  const groups = unit === 'lanes' ? Math.ceil(units / workgroupSize) : units;
  return groups <= most ? [groups, 1, 1] : [most, Math.ceil(groups / most), 1];
}
