import type { Operand } from '../kernels/kernel-launcher.js';
import type { PackedFormatName } from './packed-format.js';

/** A packed matrix [inputs, outputs] as kernels take it. */
export interface PackedOperand<T extends Operand> {
  readonly format: PackedFormatName;
  readonly shape: readonly [inputs: number, outputs: number];
  /** int32 [inputs / 32, blockWords · outputs]: a row a block of inputs. */
  readonly words: T;
  /** Words from the first of a column's block to the first of its next block. */
  readonly blockStride: number;
}
