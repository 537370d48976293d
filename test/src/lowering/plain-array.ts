import type { Operand } from './op-case.js';

/** Strides of a row-major shape. */
function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1)));
}

export function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}

/** The number at an index; axes of size 1 stretch, and leading axes that the operand lacks are ignored. */
export function at({ shape, data }: Operand, index: readonly number[]): number {
  const ignored = index.length - shape.length;
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] as number;
    offset = offset * size + (size === 1 ? 0 : (index[ignored + axis] as number));
  }
  return data[offset] as number;
}

/** The values of a shape, row-major, each computed from its index. */
export function build<T>(shape: readonly number[], value: (...index: number[]) => T): T[] {
  const steps = strides(shape);
  return Array.from({ length: product(shape) }, (_, flat) =>
    value(...steps.map((stride, axis) => Math.floor(flat / stride) % (shape[axis] as number))),
  );
}

/** Σ term(i) for i in [0, count). */
export function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}
