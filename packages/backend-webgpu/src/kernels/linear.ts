import { FEW_ROWS } from './few-rows.js';
import type { Components } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { linearColumns } from './linear-columns.js';
import type { LinearAddend, LinearKernel } from './linear-operands.js';
import { linearSplitInner } from './linear-split-inner.js';
import { linearTiled } from './linear-tiled.js';
import { type RowWindow, rowWindows } from './row-windows.js';
import { componentsFor } from './rows.js';

/** `linear` in one dispatch, or one for each part of a weight that the device can't bind whole. */
export function linear<T extends Operand>({ launcher, variants }: KernelSet<T>): KernelCall<'linear', T> {
  return (operands) => {
    const [x, weight, bias] = operands as [T, T, T?];
    const [inputs, outputs] = weight.shape as [number, number];
    const rows = x.size / inputs;
    const components = componentsFor(outputs);
    const vectors = outputs / components;
    // The inner axis in windows: each adds its products to those of the ones before.
    const part = ({ operand, first, count }: RowWindow<T>) => {
      const addend = first > 0 ? 'result' : bias === undefined ? 'none' : 'bias';
      const block = chooseKernel(variants.linear === 'parallel', rows, components, addend);
      return {
        kernel: block.kernel,
        inputs: addend === 'bias' ? [x, operand, bias as T] : [x, operand],
        uniforms: [rows, inputs, first, count, vectors],
        units: [Math.ceil(vectors / block.columnVectors), Math.ceil(rows / block.rows)] as const,
      };
    };
    return launcher.launchInParts(rowWindows(weight, launcher).map(part), [...x.shape.slice(0, -1), outputs]);
  };
}

function chooseKernel(
  parallel: boolean,
  rows: number,
  components: Components,
  addend: LinearAddend,
): LinearKernel {
  if (!parallel) return linearColumns(components, rows, addend);
  return rows <= FEW_ROWS ? linearSplitInner(components, addend) : linearTiled(components, addend);
}
