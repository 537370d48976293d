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

/** Invocations along each side of a workgroup, and inputs of a tile. */
const SIDE = 16;
/** Rows that an invocation has. */
const ROWS = 4;

/**
 * x [rows, inputs] · weight [inputs, outputs] + bias in tiles, for many rows on a GPU.
 *
 * A workgroup of 16 × 16 invocations has 64 rows and 16 vectors of columns; it goes through the inputs 16 at a time, which it puts into
 * its memory. An invocation has 4 rows of one vector of columns in registers. Memory: the weight once for every 64 rows, x once for
 * every 16 vectors of columns, result once.
 */
export function linearTiled(components: Components, addend: LinearAddend): LinearKernel {
  return { kernel: kernel(components, addend), columnVectors: SIDE, rows: SIDE * ROWS };
}

const each = (line: (r: number) => string) => range(ROWS).map(line).join('\n');

const kernel = kernelFamily('linearTiled', (components: Components, addend: LinearAddend) => ({
  inputs: linearInputs(components, addend),
  resultComponents: components,
  uniforms: LINEAR_UNIFORMS,
  workgroupSize: SIDE * SIDE,
  unit: 'groups',
  code: `
    ${vectorType(components)}
    var<workgroup> xTile: array<f32, ${SIDE * ROWS * SIDE}>;
    var<workgroup> weightTile: array<f32v, ${SIDE * SIDE}>;
    fn main() {
      let lane = i32(localIndex);
      let across = lane % ${SIDE};
      let down = lane / ${SIDE};
      let column = i32(workgroupId.x) * ${SIDE} + across;
      let tileRow = i32(workgroupId.y) * ${SIDE * ROWS};
      ${each((r) => `var sum${r} = f32v(0.0);`)}
      for (var first = 0; first < uniforms.count; first += ${SIDE}) {
        workgroupBarrier();
        ${each((r) => loadX(r))}
        let inner = first + down;
        let isInside = inner < uniforms.count && column < uniforms.columns;
        weightTile[lane] = select(f32v(0.0), weight[select(0, inner * uniforms.columns + column, isInside)], isInside);
        workgroupBarrier();
        for (var i = 0; i < ${SIDE}; i++) {
          let weights = weightTile[i * ${SIDE} + across];
          ${each((r) => `sum${r} += xTile[(down * ${ROWS} + ${r}) * ${SIDE} + i] * weights;`)}
        }
      }
      ${each((r) => writeRow(r, addend))}
    }`,
}));

/** Neighbouring invocations load neighbouring inputs of a row. */
function loadX(r: number): string {
  return `{
    let row = tileRow + down + ${r * SIDE};
    let input = first + across;
    let isInside = row < uniforms.rows && input < uniforms.count;
    let place = select(0, row * uniforms.inputs + uniforms.first + input, isInside);
    xTile[(down + ${r * SIDE}) * ${SIDE} + across] = select(0.0, x[place], isInside);
  }`;
}

function writeRow(r: number, addend: LinearAddend): string {
  return `{
    let row = tileRow + down * ${ROWS} + ${r};
    if (row < uniforms.rows && column < uniforms.columns) {
      let to = row * uniforms.columns + column;
      result[to] = sum${r}${plusAddend(addend, 'to', 'column')};
    }
  }`;
}
