import type { DeviceOp } from '@geodesic/backend';
import type { Interpolation } from '@geodesic/compiler';
import * as fc from 'fast-check';
import type { SeededNumbers } from '../seeded-numbers.js';
import type { Operand, OpSuite } from './op-case.js';
import { at, build, sum } from './plain-array.js';
import { casesOf, normals, smallSize } from './shapes.js';

type Vector = readonly number[];
/** The members, −1 for none, and whether the slot is in the region. */
type Slot = readonly number[];

const LINEAR_ABOVE = 0.9995;

const INTERPOLATIONS: readonly Interpolation[] = ['slerp', 'mean', 'norm-preserving', 'drop', 'reference'];

const merged = fc.record({
  rows: smallSize,
  tokens: fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 20 })),
  // One feature makes every pair parallel or opposite. Few features, unlike many, often make pairs that are so nearly
  // opposite that slerp magnifies rounding a thousandfold: test/goldens/interpolation has those.
  features: fc.oneof(fc.constantFrom(1, 8, 31, 64), fc.integer({ min: 8, max: 40 })),
  grouping: fc.constantFrom('none', 'some', 'all'),
  group: fc.constantFrom(2, 3, 4),
  interpolation: fc.constantFrom(...INTERPOLATIONS),
});

export const mergeOps = {
  tokenMerge: {
    termMagnitude: 1,
    cases: casesOf(merged, ({ rows, tokens, features, grouping, group, interpolation }, source) => {
      // The article's angle is between whole stacks: of one feature, they too are often nearly opposite.
      const width = interpolation === 'reference' ? Math.max(features, 8) : features;
      const members = interpolation === 'reference' ? 2 : group;
      return {
        operands: operandsOf(rows, tokens, width, { grouping, group: members }, source),
        attributes: { interpolation },
      };
    }),
    reference: ([x, plan], { interpolation }) => {
      const slots = slotsOf(plan!);
      const features = x!.shape[2]!;
      return slots.flatMap((row, r) => {
        const state = (token: number): Vector =>
          build([features], (i) => (token < 0 ? 0 : at(x!, [r, token, i])));
        const region = row.filter((slot) => slot.at(-1) === 1);
        const stacks = [0, 1].map((side) => Math.hypot(...region.flatMap((slot) => state(slot[side]!))));
        return row.flatMap((slot) => {
          const members = slot.slice(0, -1);
          return members.some((token) => token < 0)
            ? state(Math.max(...members))
            : combine(members.map(state), interpolation, stacks as [number, number]);
        });
      });
    },
  },
  mergeStatistics: {
    termMagnitude: 1,
    cases: casesOf(merged, ({ rows, tokens, features, grouping, group }, source) => ({
      operands: operandsOf(rows, tokens, features, { grouping, group }, source),
      attributes: {},
    })),
    reference: ([x, plan]) =>
      slotsOf(plan!).flatMap((row, r) =>
        row.flatMap((slot) => {
          const members = slot.slice(0, -1);
          if (members.some((token) => token < 0)) return [1, 1];
          const states = members.map((token) => build([x!.shape[2]!], (i) => at(x!, [r, token, i])));
          const norms = states.map(norm);
          const quotient = Math.max(...norms) / Math.min(...norms);
          return [meanCosine(states), states.length === 2 ? norms[0]! / norms[1]! : quotient];
        }),
      ),
  },
} satisfies Partial<{ [K in DeviceOp]: OpSuite<K> }>;

/** One state of several: of two at t = ½, as the design defines it, with the angle and its sines; of more by their directions. */
export function combine(
  states: readonly Vector[],
  interpolation: Interpolation,
  stacks: readonly [number, number],
): Vector {
  const [a, b] = states as [Vector, Vector];
  const middle = a.map((_, i) => sum(states.length, (m) => states[m]![i]!) / states.length);
  switch (interpolation) {
    case 'drop':
      return states.at(-1)!;
    case 'mean':
      return middle;
    case 'norm-preserving': {
      const length = norm(middle);
      return length === 0 ? middle : middle.map((value) => (value / length) * Math.max(...states.map(norm)));
    }
    case 'slerp':
      if (states.length > 2) return directed(states, middle);
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

/** The sum of states over the length of the sum of their directions; the mean where those cancel or agree. */
function directed(states: readonly Vector[], middle: Vector): Vector {
  const directions = states.map((state) => state.map((value) => value / norm(state)));
  const together = middle.map((_, i) => sum(states.length, (m) => directions[m]![i]!));
  const squared = dot(together, together);
  const linear = squared < states.length * (1 - LINEAR_ABOVE) || meanCosine(states) > LINEAR_ABOVE;
  return linear ? middle : middle.map((value) => (value * states.length) / Math.sqrt(squared));
}

/** Over all ordered pairs of different states. */
function meanCosine(states: readonly Vector[]): number {
  const cosines = states.flatMap((a, i) =>
    states.flatMap((b, k) => (i === k ? [] : [dot(a, b) / (norm(a) * norm(b))])),
  );
  return cosines.reduce((total, cosine) => total + cosine, 0) / cosines.length;
}

function dot(a: Vector, b: Vector): number {
  return sum(a.length, (i) => a[i]! * b[i]!);
}

function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

function slotsOf(plan: Operand): Slot[][] {
  const [rows, slots, columns] = plan.shape as [number, number, number];
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: slots }, (_, slot) => build([columns], (part) => at(plan, [row, slot, part]))),
  );
}

interface Grouping {
  readonly grouping: 'none' | 'some' | 'all';
  readonly group: number;
}

/** States and a plan over them: rows with padding on the left, kept tokens, groups, and members beside a zero vector. */
function operandsOf(
  rows: number,
  tokens: number,
  features: number,
  grouping: Grouping,
  source: SeededNumbers,
): Operand[] {
  const { group } = grouping;
  const padding = slotOf(group, [], 0);
  const plans = Array.from({ length: rows }, () => planOf(tokens, grouping, source));
  const length = Math.max(...plans.map((slots) => slots.length));
  const data = plans.flatMap((slots) => [
    ...Array.from({ length: length - slots.length }, () => padding),
    ...slots,
  ]);
  return [
    { ...normals([rows, tokens, features], source), domains: { 1: 'tokens' } },
    {
      shape: [rows, length, group + 1],
      data: Int32Array.from(data.flat()),
      domains: { 1: `tokens/${group}@0` },
    },
  ];
}

/** Members, and none to fill the slot. */
function slotOf(group: number, members: readonly number[], inRegion: number): Slot {
  return [...members, ...new Array(group - members.length).fill(-1), inRegion];
}

function planOf(tokens: number, { grouping, group }: Grouping, source: SeededNumbers): Slot[] {
  // At least one token of a row is real.
  let token = source.integer(tokens);
  const slots: Slot[] = [];
  while (token < tokens) {
    const merges = grouping === 'all' || (grouping === 'some' && source.uniform() < 0.5);
    if (merges && token + group <= tokens) {
      slots.push([...new Array(group).keys()].map((i) => token + i).concat(1));
      token += group;
    } else if (grouping !== 'none' && source.uniform() < 0.3) {
      slots.push(slotOf(group, [...new Array(group - 1).fill(-1), token++], 1));
    } else slots.push(slotOf(group, [token++], grouping === 'none' ? 0 : source.integer(2)));
  }
  return slots;
}
