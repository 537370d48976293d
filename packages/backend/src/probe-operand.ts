import type { HostArray } from '@geodesic/compiler';

/** An operand of a probed op: its numbers, whether it is a weight, and which of its axes are token axes. */
export interface ProbeOperand extends HostArray {
  /** Weights are on the device before a graph runs, all else is handed in with the run: runners treat the two differently. */
  readonly isWeight?: boolean;
  /** The domain of each axis that has one, by the axis' index. */
  readonly domains?: Readonly<Record<number, string>>;
}

/** Numbers within ±`scale`, the same in every run; `phase` tells operands apart. */
export function waves(shape: readonly number[], phase: number, scale = 1): ProbeOperand {
  const data = Float32Array.from(
    { length: product(shape) },
    (_, i) => scale * Math.sin(12.9898 * (i + 1) + phase),
  );
  return { shape, data };
}

/** The same numbers, as a weight. */
export function weight(shape: readonly number[], phase: number): ProbeOperand {
  return { ...waves(shape, phase), isWeight: true };
}

/** Whole numbers: token ids, merge plans. */
export function integers(shape: readonly number[], values: readonly number[]): ProbeOperand {
  return { shape, data: Int32Array.from(values) };
}

/** Σ term(i) for i in [0, count). */
export function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** Values of a shape, row-major, each from its index. */
export function build(shape: readonly number[], value: (...index: number[]) => number): number[] {
  const steps = shape.map((_, axis) => product(shape.slice(axis + 1)));
  return Array.from({ length: product(shape) }, (_, flat) =>
    value(...steps.map((step, axis) => Math.floor(flat / step) % (shape[axis] as number))),
  );
}

/** The number at an index. */
export function at({ shape, data }: HostArray, ...index: number[]): number {
  return data[index.reduce((offset, place, axis) => offset * (shape[axis] as number) + place, 0)] as number;
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}
