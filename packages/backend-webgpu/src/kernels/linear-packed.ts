import type { PackedFormatName } from '../packing/packed-format.js';
import type { PackedOperand } from '../packing/packed-operand.js';
import { FEW_ROWS } from './few-rows.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelSet } from './kernel-set.js';
import type { LinearAddend } from './linear-operands.js';
import { linearPackedColumns } from './linear-packed-columns.js';
import type { PackedLinearKernel } from './linear-packed-operands.js';
import { linearPackedSplitInner } from './linear-packed-split-inner.js';
import { linearPackedTiled } from './linear-packed-tiled.js';
import { type RowWindow, rowWindows } from './row-windows.js';

/** `linear` with a packed weight in one dispatch, or one for each part of it that the device can't bind whole. */
export function linearPacked<T extends Operand>({
  launcher,
  variants,
}: KernelSet<T>): (x: T, weight: PackedOperand<T>, bias?: T) => T {
  return (x, { format, words, shape, blockStride }, bias) => {
    const [inputs, outputs] = shape;
    const rows = x.size / inputs;
    // The blocks in windows: each adds its products to those of the ones before.
    const part = ({ operand, first, count }: RowWindow<T>) => {
      const addend = first > 0 ? 'result' : bias === undefined ? 'none' : 'bias';
      const block = chooseKernel(variants.linear === 'parallel', format, rows, addend);
      return {
        kernel: block.kernel,
        inputs: addend === 'bias' && bias !== undefined ? [x, operand, bias] : [x, operand],
        uniforms: [rows, inputs / 4, first, count, outputs, blockStride],
        units: [Math.ceil(outputs / block.columns), Math.ceil(rows / block.rows)] as const,
      };
    };
    return launcher.launchInParts(rowWindows(words, launcher).map(part), [...x.shape.slice(0, -1), outputs]);
  };
}

function chooseKernel(
  parallel: boolean,
  format: PackedFormatName,
  rows: number,
  addend: LinearAddend,
): PackedLinearKernel {
  if (!parallel) return linearPackedColumns(format, rows, addend);
  return rows <= FEW_ROWS ? linearPackedSplitInner(format, addend) : linearPackedTiled(format, addend);
}
