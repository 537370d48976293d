import type { Operand, WindowedOperand } from './kernel-launcher.js';

/** Some rows of a matrix, bound by themselves. */
export interface RowWindow<T extends Operand> {
  readonly operand: T | WindowedOperand<T>;
  readonly first: number;
  readonly count: number;
}

/** What a device lets a binding be. */
export interface BindingLimits {
  readonly bindingBytes: number;
  readonly offsetAlignment: number;
}

/** A matrix [rows, columns] of float32 in windows of whole rows that a device can bind; one, without a window, where all of it fits. */
export function rowWindows<T extends Operand>(
  matrix: T,
  { bindingBytes, offsetAlignment }: BindingLimits,
): readonly RowWindow<T>[] {
  const [rows, columns] = matrix.shape as [number, number];
  const rowBytes = columns * 4;
  if (rows * rowBytes <= bindingBytes) return [{ operand: matrix, first: 0, count: rows }];
  const step = offsetAlignment / greatestCommonDivisor(offsetAlignment, rowBytes);
  const most = Math.floor(bindingBytes / rowBytes / step) * step;
  if (most === 0) {
    throw new RangeError(
      `a matrix of ${columns} columns can't be bound on this device, which binds ${bindingBytes} bytes`,
    );
  }
  const windows: RowWindow<T>[] = [];
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const window = { offset: first * rowBytes, size: count * rowBytes };
    windows.push({ operand: { tensor: matrix, window }, first, count });
  }
  return windows;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
