import { BLOCK_EIGHTHS, BLOCK_INPUTS, type PackedFormatName } from '../packing/packed-format.js';
import type { PackedOperand } from '../packing/packed-operand.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import type { KernelLauncher, Operand } from './kernel-launcher.js';
import { range } from './range.js';
import { rowWindows } from './row-windows.js';
import { componentsFor, vectorType } from './rows.js';

/**
 * The numbers of `count` blocks of every column of a packed weight, as float32 rows from that of `first` on.
 *
 * An invocation has a block of each of `components` neighbouring columns, whose numbers of an input it writes as one vector: a software
 * rasteriser stores lane by lane, and a vector in one go. Memory: the words once in, the numbers once out.
 */
const kernel = kernelFamily(
  'unpackWeight',
  (format: PackedFormatName, blockWords: number, components: 1 | 4) => ({
    inputs: { weight: 1 },
    resultComponents: components,
    uniforms: { size: 'i32', first: 'i32', columns: 'i32' },
    workgroupSize: 64,
    unit: 'lanes',
    code: `
    ${vectorType(components)}
    ${weightReader(format)}
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let vectors = uniforms.columns / ${components};
      let block = index / vectors;
      let vector = index % vectors;
      let place = block * uniforms.columns * ${blockWords} + vector * ${components};
      ${columns(components, (c) => `let head${c} = weightHead(place + ${c}, uniforms.columns);`)}
      let to = (uniforms.first + block) * ${BLOCK_INPUTS} * vectors + vector;
      for (var i = 0; i < ${BLOCK_EIGHTHS}; i++) {
        ${columns(components, (c) => `let numbers${c} = weightEighth(head${c}, place + ${c}, uniforms.columns, i);`)}
        for (var j = 0; j < 4; j++) {
          result[to + (4 * i + j) * vectors] = ${vectorOf(components, 0)};
          result[to + (${BLOCK_INPUTS / 2} + 4 * i + j) * vectors] = ${vectorOf(components, 1)};
        }
      }
    }`,
  }),
);

function columns(components: number, line: (column: number) => string): string {
  return range(components).map(line).join('\n');
}

/** The numbers of input j of one half of the block, in every column of a vector. */
function vectorOf(components: number, half: 0 | 1): string {
  return `f32v(${range(components).map((c) => `numbers${c}[${half}][j]`)})`;
}

/** All of a packed weight as float32 [inputs, outputs], in one dispatch, or one for each part that the device can't bind whole. */
export function unpackWeight<T extends Operand>(
  launcher: KernelLauncher<T>,
  { format, words, shape, blockStride }: PackedOperand<T>,
): T {
  const [, columns] = shape;
  const components = componentsFor(columns);
  return launcher.launchInParts(
    rowWindows(words, launcher).map(({ operand, first, count }) => {
      const invocations = (count * columns) / components;
      return {
        kernel: kernel(format, blockStride / columns, components),
        inputs: [operand],
        uniforms: [invocations, first, columns],
        units: invocations,
      };
    }),
    shape,
  );
}
