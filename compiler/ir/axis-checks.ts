import { dimsEqual, printDim } from './dim.js';
import { sourceDomain } from './domain.js';
import { type Axis, axesEqual, printType, type TensorType } from './tensor-type.js';

/** A rule's complaint; the builder and the verifier add the node's name and source line. */
export class TypeRuleError extends Error {}

/** Checks that extents [B, N, 2] and sizes [B, N] describe the same tokens and gives their axis. */
export function tokenStream(
  extents: TensorType | undefined,
  sizes: TensorType | undefined,
  what: string,
): Axis {
  const ranges = rank(operand(extents, `${what} extents`), 3, `${what} extents`);
  const counts = rank(operand(sizes, `${what} sizes`), 2, `${what} sizes`);
  sameAxis(at(ranges, 0), at(counts, 0), `the rows of ${what} extents and sizes`);
  sameAxis(at(ranges, 1), at(counts, 1), `the tokens of ${what} extents and sizes`);
  expect(at(counts, 1).domain !== undefined, `${what} sizes have no token axis`);
  return at(counts, 1);
}

/** The type that x [B, N, …] has behind a merge by a plan of its domain: [B, M, …]. */
export function mergedAxes(type: TensorType, plan: TensorType | undefined): TensorType {
  const slots = rank(operand(plan, 'plan'), 3, 'plan');
  sameAxis(at(type, 0), at(slots, 0), 'the rows of x and plan');
  const source = sourceDomain(at(slots, 1).domain ?? '');
  expect(
    at(type, 1).domain === source,
    `the plan merges domain '${source}', x is in '${at(type, 1).domain ?? 'none'}'`,
  );
  return { dtype: type.dtype, axes: [at(type, 0), at(slots, 1), ...type.axes.slice(2)] };
}

/** The last axis, which must not hold tokens. */
export function featureAxis(type: TensorType): Axis {
  const last = at(type, -1);
  expect(
    last.domain === undefined,
    `works along the last axis, which is the token axis of domain '${last.domain}'`,
  );
  return last;
}

/** Refuses axes of two domains or two sizes. */
export function sameAxis(a: Axis, b: Axis, what: string): void {
  if (a.domain !== b.domain) {
    throw new TypeRuleError(`${what}: mixes domain '${a.domain ?? 'none'}' with '${b.domain ?? 'none'}'`);
  }
  if (!axesEqual(a, b)) throw new TypeRuleError(`${what}: ${printDim(a.size)} is not ${printDim(b.size)}`);
}

/** Whether an axis stretches to any other when broadcast. */
export function isUnit(entry: Axis): boolean {
  return entry.domain === undefined && dimsEqual(entry.size, 1);
}

export function floating(type: TensorType): TensorType {
  if (type.dtype !== 'f32') throw new TypeRuleError(`needs f32, got ${printType(type)}`);
  return type;
}

export function rank(type: TensorType, expected: number, what: string): TensorType {
  if (type.axes.length !== expected)
    throw new TypeRuleError(`${what} needs rank ${expected}, got ${printType(type)}`);
  return type;
}

/** An axis by its index, from the end where negative. */
export function at(type: TensorType, index: number): Axis {
  const entry = type.axes.at(index);
  if (entry === undefined) throw new TypeRuleError(`${printType(type)} has no axis ${index}`);
  return entry;
}

export function operand(type: TensorType | undefined, what: string): TensorType {
  if (type === undefined) throw new TypeRuleError(`operand '${what}' is missing`);
  return type;
}

export function expect(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new TypeRuleError(complaint);
}
