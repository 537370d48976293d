import { BLOCK_EIGHTHS, BLOCK_INPUTS, type PackedFormatName } from '../packing/packed-format.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import { type LinearAddend, plusAddend } from './linear-operands.js';
import {
  PACKED_LINEAR_UNIFORMS,
  type PackedLinearKernel,
  packedLinearInputs,
} from './linear-packed-operands.js';

/** Columns that a workgroup has, and parts that it splits the blocks into. */
const COLUMNS = 32;
const SPLITS = 8;
const BLOCK_VECTORS = BLOCK_INPUTS / 4;

/**
 * x [rows, inputs] · packed weight [inputs, outputs] + bias for few rows on a GPU.
 *
 * A workgroup has 32 columns of one row; its 256 invocations split the blocks of inputs, read 32 neighbouring words at a time and add
 * up their sums in the workgroup's memory. Memory: the weight once a row, x once a workgroup (from cache), result once.
 */
export function linearPackedSplitInner(format: PackedFormatName, addend: LinearAddend): PackedLinearKernel {
  return { kernel: kernel(format, addend), columns: COLUMNS, rows: 1 };
}

const kernel = kernelFamily('linearPackedSplitInner', (format: PackedFormatName, addend: LinearAddend) => ({
  inputs: packedLinearInputs(addend),
  uniforms: PACKED_LINEAR_UNIFORMS,
  workgroupSize: COLUMNS * SPLITS,
  unit: 'groups',
  code: `
    ${weightReader(format)}
    var<workgroup> sums: array<f32, ${COLUMNS * SPLITS}>;
    fn main() {
      let lane = i32(localIndex);
      let ownColumn = i32(workgroupId.x) * ${COLUMNS} + lane % ${COLUMNS};
      // No early return: all meet at the barriers.
      let column = min(ownColumn, uniforms.columns - 1);
      let row = i32(workgroupId.y);
      let start = row * uniforms.vectors + uniforms.first * ${BLOCK_VECTORS};
      var sum = 0.0;
      for (var block = lane / ${COLUMNS}; block < uniforms.count; block += ${SPLITS}) {
        let place = block * uniforms.blockStride + column;
        let vector = start + block * ${BLOCK_VECTORS};
        let head = weightHead(place, uniforms.columns);
        for (var i = 0; i < ${BLOCK_EIGHTHS}; i++) {
          let weights = weightEighth(head, place, uniforms.columns, i);
          sum += dot(x[vector + i], weights[0]) + dot(x[vector + ${BLOCK_VECTORS / 2} + i], weights[1]);
        }
      }
      sums[lane] = sum;
      workgroupBarrier();
      for (var width = ${(COLUMNS * SPLITS) / 2}; width >= ${COLUMNS}; width /= 2) {
        if (lane < width) { sums[lane] += sums[lane + width]; }
        workgroupBarrier();
      }
      if (lane < ${COLUMNS} && ownColumn < uniforms.columns) {
        let to = row * uniforms.columns + column;
        result[to] = sums[lane]${plusAddend(addend, 'to', 'column')};
      }
    }`,
}));
