import type { DeviceOp } from '@geodesic/backend';
import type { OpAttributes } from '@geodesic/compiler';
import type { KernelLauncher, Operand } from './kernel-launcher.js';
import type { KernelVariants } from './variants.js';

/** What every kernel's call is made from. */
export interface KernelSet<T extends Operand> {
  readonly launcher: KernelLauncher<T>;
  readonly variants: KernelVariants;
}

/** Launches what computes an op, or gives nothing where no kernel does with these operands. */
export type KernelCall<K extends DeviceOp, T extends Operand> = (
  inputs: readonly T[],
  attributes: OpAttributes[K],
) => T | undefined;
