import { type Components, kernelFamily } from './kernel.js';
import type { KernelLauncher, Operand } from './kernel-launcher.js';
import { componentsFor } from './rows.js';

/** WGSL of ops on two numbers. */
const BINARY = {
  add: 'x + y',
  sub: 'x - y',
  mul: 'x * y',
  div: 'x / y',
  maximum: 'max(x, y)',
  minimum: 'min(x, y)',
} as const;

export type BinaryOp = keyof typeof BINARY;

export function isBinary(op: string): op is BinaryOp {
  return Object.hasOwn(BINARY, op);
}

/**
 * An op on the numbers of two operands, of which each may be shorter: it then repeats, as a bias does, or a scalar.
 *
 * A vector an invocation. Memory: both operands and the result once.
 */
const kernel = kernelFamily('binary', (op: BinaryOp, components: Components) => ({
  inputs: { left: components, right: components },
  resultComponents: components,
  uniforms: { size: 'i32', leftSize: 'i32', rightSize: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let x = left[index % uniforms.leftSize];
      let y = right[index % uniforms.rightSize];
      result[index] = ${BINARY[op]};
    }`,
}));

/** Whether the shorter of two shapes is how the longer one ends, but for axes of size 1 before it, so that it repeats as it is. */
export function repeatsIn(shorter: readonly number[], longer: readonly number[]): boolean {
  const own = shorter.slice(shorter.findIndex((size) => size !== 1));
  if (shorter.every((size) => size === 1)) return true;
  return own.length <= longer.length && own.every((size, i) => size === longer.at(i - own.length));
}

/** An op on two operands, of which one may repeat in the other (`repeatsIn`). */
export function binary<T extends Operand>(launcher: KernelLauncher<T>, op: BinaryOp, left: T, right: T): T {
  const [longer, shorter] = left.size >= right.size ? [left, right] : [right, left];
  if (!repeatsIn(shorter.shape, longer.shape)) {
    throw new RangeError(`[${shorter.shape}] does not repeat in [${longer.shape}]`);
  }
  const components = componentsFor(left.size, right.size);
  const size = longer.size / components;
  return launcher.launch(kernel(op, components), {
    inputs: [left, right],
    uniforms: [size, left.size / components, right.size / components],
    units: size,
    shape: longer.shape.length >= shorter.shape.length ? longer.shape : shorter.shape,
  });
}
