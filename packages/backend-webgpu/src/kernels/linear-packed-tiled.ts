import { BLOCK_INPUTS, type PackedFormatName } from '../packing/packed-format.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import { type LinearAddend, plusAddend } from './linear-operands.js';
import {
  PACKED_LINEAR_UNIFORMS,
  type PackedLinearKernel,
  packedLinearInputs,
} from './linear-packed-operands.js';
import { range } from './range.js';

/** Invocations along each side of a workgroup, and rows and columns that each has. */
const SIDE = 16;
const OWN = 4;
/** Rows and columns of a tile. */
const TILE = SIDE * OWN;
const BLOCK_VECTORS = BLOCK_INPUTS / 4;

/**
 * x [rows, inputs] · packed weight [inputs, outputs] + bias in tiles, for many rows on a GPU.
 *
 * A workgroup of 16 × 16 invocations has 64 rows and 64 columns; it goes through the inputs a block at a time, which it puts into its
 * memory, unpacked. An invocation unpacks eight numbers, and has 4 rows of 4 columns in registers. Memory: the weight once for every
 * 64 rows, x once for every 64 columns, result once.
 */
export function linearPackedTiled(format: PackedFormatName, addend: LinearAddend): PackedLinearKernel {
  return { kernel: kernel(format, addend), columns: TILE, rows: TILE };
}

const own = (line: (n: number) => string) => range(OWN).map(line).join('\n');

const kernel = kernelFamily('linearPackedTiled', (format: PackedFormatName, addend: LinearAddend) => ({
  inputs: packedLinearInputs(addend),
  uniforms: PACKED_LINEAR_UNIFORMS,
  workgroupSize: SIDE * SIDE,
  unit: 'groups',
  code: `
    ${weightReader(format)}
    var<workgroup> xTile: array<vec4<f32>, ${TILE * BLOCK_VECTORS}>;
    var<workgroup> weightTile: array<vec4<f32>, ${TILE * BLOCK_VECTORS}>;
    fn main() {
      let lane = i32(localIndex);
      let across = lane % ${SIDE};
      let down = lane / ${SIDE};
      let tileColumn = i32(workgroupId.x) * ${TILE};
      let tileRow = i32(workgroupId.y) * ${TILE};
      // What it loads: an eighth of a block of a column, and two vectors of a row.
      let eighth = lane / ${TILE};
      let loadedColumn = min(tileColumn + lane % ${TILE}, uniforms.columns - 1);
      ${own((r) => `var sum${r} = vec4<f32>(0.0);`)}
      for (var block = 0; block < uniforms.count; block++) {
        workgroupBarrier();
        let place = block * uniforms.blockStride + loadedColumn;
        let weights = weightEighth(weightHead(place, uniforms.columns), place, uniforms.columns, eighth);
        weightTile[eighth * ${TILE} + lane % ${TILE}] = weights[0];
        weightTile[(eighth + ${BLOCK_VECTORS / 2}) * ${TILE} + lane % ${TILE}] = weights[1];
        ${range((TILE * BLOCK_VECTORS) / (SIDE * SIDE))
          .map(loadX)
          .join('\n')}
        workgroupBarrier();
        for (var i = 0; i < ${BLOCK_VECTORS}; i++) {
          ${own((c) => `let weights${c} = weightTile[i * ${TILE} + ${c * SIDE} + across];`)}
          ${own(
            (r) => `{
            let states = xTile[(down * ${OWN} + ${r}) * ${BLOCK_VECTORS} + i];
            sum${r} += vec4<f32>(${range(OWN).map((c) => `dot(states, weights${c})`)});
          }`,
          )}
        }
      }
      ${own((r) => own((c) => writeNumber(r, c, addend)))}
    }`,
}));

/** Neighbouring invocations load neighbouring vectors of a row. */
function loadX(part: number): string {
  const perPass = (SIDE * SIDE) / BLOCK_VECTORS;
  return `{
    let row = lane / ${BLOCK_VECTORS} + ${part * perPass};
    let own = lane % ${BLOCK_VECTORS};
    let first = min(tileRow + row, uniforms.rows - 1) * uniforms.vectors + (uniforms.first + block) * ${BLOCK_VECTORS};
    xTile[row * ${BLOCK_VECTORS} + own] = x[first + own];
  }`;
}

function writeNumber(r: number, c: number, addend: LinearAddend): string {
  return `{
    let row = tileRow + down * ${OWN} + ${r};
    let column = tileColumn + ${c * SIDE} + across;
    if (row < uniforms.rows && column < uniforms.columns) {
      let to = row * uniforms.columns + column;
      result[to] = sum${r}[${c}]${plusAddend(addend, 'to', 'column')};
    }
  }`;
}
