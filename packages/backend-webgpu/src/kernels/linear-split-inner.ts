import { type Components, kernelFamily } from './kernel.js';
import {
  LINEAR_UNIFORMS,
  type LinearAddend,
  type LinearKernel,
  linearInputs,
  plusAddend,
} from './linear-operands.js';
import { vectorType } from './rows.js';

/** Vectors of columns that a workgroup has, and parts that it splits the inputs into. */
const VECTORS = 8;
const SPLITS = 32;

/**
 * x [rows, inputs] · weight [inputs, outputs] + bias for few rows on a GPU.
 *
 * A workgroup has 8 vectors of columns of one row; its 256 invocations split the inputs, read 8 neighbouring vectors at a time and
 * add up their sums in the workgroup's memory. Memory: the weight once a row, x once a workgroup (from cache), result once.
 */
export function linearSplitInner(components: Components, addend: LinearAddend): LinearKernel {
  return { kernel: kernel(components, addend), columnVectors: VECTORS, rows: 1 };
}

const kernel = kernelFamily('linearSplitInner', (components: Components, addend: LinearAddend) => ({
  inputs: linearInputs(components, addend),
  resultComponents: components,
  uniforms: LINEAR_UNIFORMS,
  workgroupSize: VECTORS * SPLITS,
  unit: 'groups',
  code: `
    ${vectorType(components)}
    var<workgroup> sums: array<f32v, ${VECTORS * SPLITS}>;
    fn main() {
      let lane = i32(localIndex);
      let ownColumn = i32(workgroupId.x) * ${VECTORS} + lane % ${VECTORS};
      // No early return: all meet at the barriers.
      let column = min(ownColumn, uniforms.columns - 1);
      let row = i32(workgroupId.y);
      let start = row * uniforms.inputs + uniforms.first;
      var sum = f32v(0.0);
      for (var i = lane / ${VECTORS}; i < uniforms.count; i += ${SPLITS}) {
        sum += x[start + i] * weight[i * uniforms.columns + column];
      }
      sums[lane] = sum;
      workgroupBarrier();
      for (var width = ${(VECTORS * SPLITS) / 2}; width >= ${VECTORS}; width /= 2) {
        if (lane < width) { sums[lane] += sums[lane + width]; }
        workgroupBarrier();
      }
      if (lane < ${VECTORS} && ownColumn < uniforms.columns) {
        let to = row * uniforms.columns + column;
        result[to] = sums[lane]${plusAddend(addend, 'to', 'column')};
      }
    }`,
}));
