import type { PackedFormatName } from '../packing/packed-format.js';
import type { PackedOperand } from '../packing/packed-operand.js';
import { PlanValue } from './plan-value.js';

/** A packed weight [inputs, outputs] in a plan. What kernels bind are its words. */
export class PackedPlanWeight extends PlanValue implements PackedOperand<PlanValue> {
  readonly format: PackedFormatName;
  readonly blockStride: number;
  declare readonly shape: readonly [inputs: number, outputs: number];

  constructor(
    { format, shape, blockStride }: Omit<PackedOperand<never>, 'words'>,
    readonly words: PlanValue,
  ) {
    super(shape, 'int32', words.storage);
    this.format = format;
    this.blockStride = blockStride;
  }
}
