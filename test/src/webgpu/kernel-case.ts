import type { DeviceOp } from '@geodesic/backend';
import type { OpCase, Operand } from '../lowering/op-case.js';

/** A case of one op, by name, with the largest difference from cpu as a share of the largest magnitude. */
export interface KernelCase {
  readonly title: string;
  readonly op: DeviceOp;
  readonly opCase: OpCase<DeviceOp>;
  readonly tolerance: number;
}

/** Rounding of sums of up to some thousand terms in another order, and WGSL's coarser exp. */
export const TOLERANCE = 5e-6;

export function kernelCase<K extends DeviceOp>(
  title: string,
  op: K,
  operands: readonly Operand[],
  attributes: OpCase<K>['attributes'],
  tolerance = TOLERANCE,
): KernelCase {
  return { title: `${op}: ${title}`, op, opCase: { operands, attributes: attributes as never }, tolerance };
}
