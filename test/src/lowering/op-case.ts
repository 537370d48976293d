import type { DeviceOp, QuantisedMatrix } from '@geodesic/backend';
import type { HostArray, OpAttributes } from '@geodesic/compiler';
import type * as fc from 'fast-check';

/** An operand of one op: its numbers, and which of its axes are token axes. */
export interface Operand extends HostArray {
  /** The domain of each axis that has one, by the axis' index. */
  readonly domains?: Readonly<Record<number, string>>;
  /** The same numbers in blocks: devices that pack weights get these. */
  readonly quantised?: QuantisedMatrix;
}

/** One op with all it needs to run. */
export interface OpCase<K extends DeviceOp> {
  readonly operands: readonly Operand[];
  readonly attributes: OpAttributes[K];
}

/** Cases of one op and what it must compute. */
export interface OpSuite<K extends DeviceOp> {
  readonly cases: fc.Arbitrary<OpCase<K>>;
  /**
   * Magnitude that rounding is in proportion to where results are smaller, as where the terms of a sum cancel; by the operands where
   * they decide how much cancels. Default 0.
   */
  readonly termMagnitude?: number | ((operands: readonly Operand[], attributes: OpAttributes[K]) => number);
  /** The result in float64, row-major, by plain loops. */
  reference(operands: readonly Operand[], attributes: OpAttributes[K]): readonly number[];
}

/** The magnitude that rounding of one case is in proportion to, if not to its results. */
export function termMagnitudeOf<K extends DeviceOp>(
  { termMagnitude = 0 }: OpSuite<K>,
  { operands, attributes }: OpCase<K>,
): number {
  return typeof termMagnitude === 'number' ? termMagnitude : termMagnitude(operands, attributes);
}
