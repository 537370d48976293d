import { type Components, kernelFamily } from './kernel.js';
import {
  LINEAR_UNIFORMS,
  type LinearAddend,
  type LinearKernel,
  linearInputs,
  plusAddend,
} from './linear-operands.js';
import { range } from './range.js';
import { vectorType } from './rows.js';

/** Invocations of a workgroup: few, so that a projection of a few hundred columns still has work for all processors. */
const GROUP = 16;

/** Rows that an invocation has at once, at most, and vectors of columns where it has as many rows. */
const MOST_ROWS = 8;
const VECTORS = 2;

/**
 * x [rows, inputs] · weight [inputs, outputs] + bias without barriers.
 *
 * An invocation has one vector of columns in up to 4 rows, or two in 8, with its sums in registers. Neighbours read neighbouring
 * columns. Memory: the weight once for every block of rows, x once a workgroup (from cache), result once.
 */
export function linearColumns(components: Components, rows: number, addend: LinearAddend): LinearKernel {
  const atOnce = [1, 2, 4].find((count) => count >= rows) ?? MOST_ROWS;
  const vectors = atOnce === MOST_ROWS ? VECTORS : 1;
  return {
    kernel: kernel(components, atOnce, vectors, addend),
    columnVectors: GROUP * vectors,
    rows: atOnce,
  };
}

const kernel = kernelFamily(
  'linearColumns',
  (components: Components, atOnce: number, vectors: number, addend: LinearAddend) => {
    const eachRow = (line: (r: number) => string) => range(atOnce).map(line).join('\n');
    const eachVector = (line: (c: number) => string) => range(vectors).map(line).join('\n');
    const each = (line: (r: number, c: number) => string) => eachRow((r) => eachVector((c) => line(r, c)));
    return {
      inputs: linearInputs(components, addend),
      resultComponents: components,
      uniforms: LINEAR_UNIFORMS,
      workgroupSize: GROUP,
      unit: 'groups',
      code: `
        ${vectorType(components)}
        fn main() {
          let firstColumn = i32(workgroupId.x) * ${GROUP * vectors} + i32(localIndex);
          let firstRow = i32(workgroupId.y) * ${atOnce};
          if (firstColumn >= uniforms.columns) { return; }
          ${each((r, c) => `var sum${r}_${c} = f32v(0.0);`)}
          ${eachRow((r) => `let start${r} = min(firstRow + ${r}, uniforms.rows - 1) * uniforms.inputs + uniforms.first;`)}
          ${eachVector((c) => `let column${c} = firstColumn + ${c * GROUP};`)}
          ${eachVector((c) => `var place${c} = min(column${c}, uniforms.columns - 1);`)}
          for (var i = 0; i < uniforms.count; i++) {
            ${eachVector((c) => `let weights${c} = weight[place${c}]; place${c} += uniforms.columns;`)}
            ${eachRow((r) => `let x${r} = x[start${r} + i];`)}
            ${each((r, c) => `sum${r}_${c} += x${r} * weights${c};`)}
          }
          ${each((r, c) => writeVector(r, c, addend))}
        }`,
    };
  },
);

function writeVector(r: number, c: number, addend: LinearAddend): string {
  return `
    if (firstRow + ${r} < uniforms.rows && column${c} < uniforms.columns) {
      let to = (firstRow + ${r}) * uniforms.columns + column${c};
      result[to] = sum${r}_${c}${plusAddend(addend, 'to', `column${c}`)};
    }`;
}
