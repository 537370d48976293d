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
  const own = index.slice(index.length - shape.length);
  const offset = strides(shape).reduce(
    (sum, stride, axis) => sum + stride * (shape[axis] === 1 ? 0 : (own[axis] as number)),
    0,
  );
  return data[offset] as number;
}

/** The numbers of a shape, row-major, each computed from its index. */
export function build(shape: readonly number[], value: (...index: number[]) => number): number[] {
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
