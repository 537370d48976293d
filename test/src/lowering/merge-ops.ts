import type { DeviceOp } from '@geodesic/backend';
import type { Interpolation } from '@geodesic/compiler';
import * as fc from 'fast-check';
import type { SeededNumbers } from '../seeded-numbers.js';
import type { Operand, OpSuite } from './op-case.js';
import { at, build, sum } from './plain-array.js';
import { casesOf, normals, smallSize } from './shapes.js';

type Vector = readonly number[];
type Slot = readonly [left: number, right: number, inRegion: number];

const PADDING: Slot = [-1, -1, 0];
const LINEAR_ABOVE = 0.9995;

const INTERPOLATIONS: readonly Interpolation[] = ['slerp', 'mean', 'norm-preserving', 'drop', 'reference'];

const merged = fc.record({
  rows: smallSize,
  tokens: fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 20 })),
  // One feature makes every pair parallel or opposite. Few features, unlike many, often make pairs that are so nearly
  // opposite that slerp magnifies rounding a thousandfold: test/goldens/interpolation has those.
  features: fc.oneof(fc.constantFrom(1, 8, 31, 64), fc.integer({ min: 8, max: 40 })),
  pairing: fc.constantFrom('none', 'some', 'all'),
  interpolation: fc.constantFrom(...INTERPOLATIONS),
});

export const mergeOps = {
  tokenMerge: {
    termMagnitude: 1,
    cases: casesOf(merged, ({ rows, tokens, features, pairing, interpolation }, source) => {
      // The article's angle is between whole stacks: of one feature, they too are often nearly opposite.
      const width = interpolation === 'reference' ? Math.max(features, 8) : features;
      return { operands: operandsOf(rows, tokens, width, pairing, source), attributes: { interpolation } };
    }),
    reference: ([x, plan], { interpolation }) => {
      const slots = slotsOf(plan!);
      const features = x!.shape[2]!;
      return slots.flatMap((row, r) => {
        const state = (token: number): Vector =>
          build([features], (i) => (token < 0 ? 0 : at(x!, [r, token, i])));
        const region = row.filter(([, , inRegion]) => inRegion === 1);
        const stacks = [0, 1].map((side) => Math.hypot(...region.flatMap((slot) => state(slot[side]!))));
        return row.flatMap(([left, right]) =>
          left < 0 || right < 0
            ? state(Math.max(left, right))
            : combine(state(left), state(right), interpolation, stacks as [number, number]),
        );
      });
    },
  },
  mergeStatistics: {
    termMagnitude: 1,
    cases: casesOf(merged, ({ rows, tokens, features, pairing }, source) => ({
      operands: operandsOf(rows, tokens, features, pairing, source),
      attributes: {},
    })),
    reference: ([x, plan]) =>
      slotsOf(plan!).flatMap((row, r) =>
        row.flatMap(([left, right]) => {
          if (left < 0 || right < 0) return [1, 1];
          const [a, b] = [left, right].map((token) => build([x!.shape[2]!], (i) => at(x!, [r, token, i])));
          return [dot(a!, b!) / (norm(a!) * norm(b!)), norm(a!) / norm(b!)];
        }),
      ),
  },
} satisfies Partial<{ [K in DeviceOp]: OpSuite<K> }>;

/** One state of two at t = ½, as the design defines it, with the angle and its sines. */
export function combine(
  a: Vector,
  b: Vector,
  interpolation: Interpolation,
  stacks: readonly [number, number],
): Vector {
  const middle = a.map((value, i) => (value + b[i]!) / 2);
  switch (interpolation) {
    case 'drop':
      return b;
    case 'mean':
      return middle;
    case 'norm-preserving': {
      const length = norm(middle);
      return length === 0 ? middle : middle.map((value) => (value / length) * Math.max(norm(a), norm(b)));
    }
    case 'slerp':
      return spherical(a, b, dot(a, b) / (norm(a) * norm(b)));
    case 'reference':
      return spherical(a, b, dot(a, b) / (stacks[0] * stacks[1]));
  }
}

function spherical(a: Vector, b: Vector, cos: number): Vector {
  const omega = Math.acos(Math.min(1, Math.max(-1, cos)));
  const linear = Number.isNaN(cos) || Math.abs(cos) > LINEAR_ABOVE;
  const weight = linear ? 0.5 : Math.sin(omega / 2) / Math.sin(omega);
  return a.map((value, i) => weight * (value + b[i]!));
}

function dot(a: Vector, b: Vector): number {
  return sum(a.length, (i) => a[i]! * b[i]!);
}

function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

function slotsOf(plan: Operand): Slot[][] {
  const [rows, slots] = plan.shape as [number, number, number];
  return Array.from({ length: rows }, (_, row) =>
    Array.from(
      { length: slots },
      (_, slot) => [0, 1, 2].map((part) => at(plan, [row, slot, part])) as unknown as Slot,
    ),
  );
}

/** States and a plan over them: rows with padding on the left, kept tokens, pairs, and members paired with a zero vector. */
function operandsOf(
  rows: number,
  tokens: number,
  features: number,
  pairing: 'none' | 'some' | 'all',
  source: SeededNumbers,
): Operand[] {
  const plans = Array.from({ length: rows }, () => planOf(tokens, pairing, source));
  const length = Math.max(...plans.map((slots) => slots.length));
  const data = plans.flatMap((slots) => [
    ...Array.from({ length: length - slots.length }, () => PADDING),
    ...slots,
  ]);
  return [
    { ...normals([rows, tokens, features], source), domains: { 1: 'tokens' } },
    { shape: [rows, length, 3], data: Int32Array.from(data.flat()), domains: { 1: 'tokens/2@0' } },
  ];
}

function planOf(tokens: number, pairing: 'none' | 'some' | 'all', source: SeededNumbers): Slot[] {
  // At least one token of a row is real.
  let token = source.integer(tokens);
  const slots: Slot[] = [];
  while (token < tokens) {
    const pairs = pairing === 'all' || (pairing === 'some' && source.uniform() < 0.5);
    if (pairs && token + 1 < tokens) slots.push([token++, token++, 1]);
    else if (pairing !== 'none' && source.uniform() < 0.3) slots.push([-1, token++, 1]);
    else slots.push([token++, -1, pairing === 'none' ? 0 : source.integer(2)]);
  }
  return slots;
}
