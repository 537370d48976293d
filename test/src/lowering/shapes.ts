import * as fc from 'fast-check';
import { SeededNumbers } from '../seeded-numbers.js';
import type { Operand } from './op-case.js';
import { product } from './plain-array.js';

/** Sizes that kernels go wrong at: 1, primes, one below, at and above vector widths, and whatever else. */
export const size = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 33),
  fc.integer({ min: 1, max: 40 }),
);
/** Sizes of axes that multiply others. */
export const smallSize = fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 5 }));

/** A shape of a rank whose last axis is `size`. */
export function shapeOf(minRank: number, maxRank: number): fc.Arbitrary<number[]> {
  return fc
    .tuple(fc.array(smallSize, { minLength: minRank - 1, maxLength: maxRank - 1 }), size)
    .map(([leading, last]) => [...leading, last]);
}

/** An operand of normal numbers. */
export function normals(shape: readonly number[], source: SeededNumbers, scale = 1): Operand {
  return { shape, data: source.normals(product(shape), scale) };
}

/** An operand whose numbers are drawn from `values`. */
export function drawn(shape: readonly number[], source: SeededNumbers, values: readonly number[]): Operand {
  const data = Float32Array.from(
    { length: product(shape) },
    () => values[source.integer(values.length)] as number,
  );
  return { shape, data };
}

/** Cases made from drawn dimensions and a source of numbers that the case's own seed starts. */
export function casesOf<Dimensions, Case>(
  dimensions: fc.Arbitrary<Dimensions>,
  make: (dimensions: Dimensions, source: SeededNumbers) => Case,
): fc.Arbitrary<Case> {
  const seed = fc.integer({ min: 0, max: 0x7fffffff });
  return fc.tuple(dimensions, seed).map(([drawn, value]) => make(drawn, new SeededNumbers(value)));
}
