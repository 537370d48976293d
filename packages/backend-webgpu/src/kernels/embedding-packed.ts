import { BLOCK_EIGHTHS, BLOCK_INPUTS, type PackedFormatName } from '../packing/packed-format.js';
import type { PackedOperand } from '../packing/packed-operand.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelSet } from './kernel-set.js';
import { rowWindows } from './row-windows.js';

/** Vectors of a block of the result. */
const BLOCK_VECTORS = BLOCK_INPUTS / 4;

/**
 * The blocks [first, first + count) of the columns `ids` of a packed table, as float32.
 *
 * An invocation a block. Memory: its words once in, a cache line each, and its numbers once out.
 */
const kernel = kernelFamily('embeddingPacked', (format: PackedFormatName) => ({
  inputs: { ids: 1, weight: 1 },
  resultComponents: 4,
  uniforms: { size: 'i32', first: 'i32', count: 'i32', vectors: 'i32', columns: 'i32', blockStride: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    ${weightReader(format)}
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let token = index / uniforms.count;
      let block = index % uniforms.count;
      let place = block * uniforms.blockStride + ids[token];
      let head = weightHead(place, uniforms.columns);
      let to = token * uniforms.vectors + (uniforms.first + block) * ${BLOCK_VECTORS};
      for (var i = 0; i < ${BLOCK_EIGHTHS}; i++) {
        let numbers = weightEighth(head, place, uniforms.columns, i);
        result[to + i] = numbers[0];
        result[to + ${BLOCK_VECTORS / 2} + i] = numbers[1];
      }
    }`,
}));

/** `embedding` of a packed table in one dispatch, or one for each part that the device can't bind whole. */
export function embeddingPacked<T extends Operand>({
  launcher,
}: KernelSet<T>): (ids: T, table: PackedOperand<T>) => T {
  return (ids, { format, words, shape, blockStride }) => {
    const [features, vocabulary] = shape;
    return launcher.launchInParts(
      rowWindows(words, launcher).map(({ operand, first, count }) => ({
        kernel: kernel(format),
        inputs: [ids, operand],
        uniforms: [ids.size * count, first, count, features / 4, vocabulary, blockStride],
        units: ids.size * count,
      })),
      [...ids.shape, features],
    );
  };
}
