import { BLOCK_EIGHTHS, BLOCK_INPUTS, type PackedFormatName } from '../packing/packed-format.js';
import type { PackedOperand } from '../packing/packed-operand.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import type { KernelLauncher, Operand } from './kernel-launcher.js';
import { rowWindows } from './row-windows.js';

/**
 * The numbers of `count` blocks of every column of a packed weight, as float32 rows from that of `first` on.
 *
 * An invocation a block; neighbours have neighbouring columns. Memory: the words once in, the numbers once out.
 */
const kernel = kernelFamily('unpackWeight', (format: PackedFormatName, blockWords: number) => ({
  inputs: { weight: 1 },
  uniforms: { size: 'i32', first: 'i32', columns: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    ${weightReader(format)}
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let block = index / uniforms.columns;
      let column = index % uniforms.columns;
      let place = block * uniforms.columns * ${blockWords} + column;
      let head = weightHead(place, uniforms.columns);
      let to = (uniforms.first + block) * ${BLOCK_INPUTS} * uniforms.columns + column;
      for (var i = 0; i < ${BLOCK_EIGHTHS}; i++) {
        let numbers = weightEighth(head, place, uniforms.columns, i);
        for (var j = 0; j < 4; j++) {
          result[to + (4 * i + j) * uniforms.columns] = numbers[0][j];
          result[to + (${BLOCK_INPUTS / 2} + 4 * i + j) * uniforms.columns] = numbers[1][j];
        }
      }
    }`,
}));

/** All of a packed weight as float32 [inputs, outputs], in one dispatch, or one for each part that the device can't bind whole. */
export function unpackWeight<T extends Operand>(
  launcher: KernelLauncher<T>,
  { format, words, shape, blockStride }: PackedOperand<T>,
): T {
  const [, columns] = shape;
  return launcher.launchInParts(
    rowWindows(words, launcher).map(({ operand, first, count }) => ({
      kernel: kernel(format, blockStride / columns),
      inputs: [operand],
      uniforms: [count * columns, first, columns],
      units: count * columns,
    })),
    shape,
  );
}
