import { BLOCK_EIGHTHS, BLOCK_INPUTS, type PackedFormatName } from '../packing/packed-format.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import { type LinearAddend, plusAddend } from './linear-operands.js';
import {
  PACKED_LINEAR_UNIFORMS,
  type PackedLinearKernel,
  packedLinearInputs,
} from './linear-packed-operands.js';
import { range } from './range.js';

/** Invocations of a workgroup: as few as fill a rasteriser's vectors, so that small projections have work for all processors. */
const GROUP = 8;
/** Columns of an invocation by the rows that it has at once. */
const COLUMNS = [
  { rows: 1, columns: 2 },
  { rows: 2, columns: 4 },
  { rows: 4, columns: 4 },
] as const;
const MANY = { rows: 8, columns: 8 } as const;
const BLOCK_VECTORS = BLOCK_INPUTS / 4;

/**
 * x [rows, inputs] · packed weight [inputs, outputs] + bias without barriers.
 *
 * An invocation has 2 columns in one row, up to 8 in 8 rows, with its sums in registers; it unpacks eight numbers of each column at a time
 * and uses them for all of its rows, and what it reads of x for all of its columns: a rasteriser reads x as slowly as words, lane by lane.
 * Neighbours read neighbouring words. Memory: the weight once for every block of rows, x once a workgroup (from cache), result once.
 */
export function linearPackedColumns(
  format: PackedFormatName,
  rows: number,
  addend: LinearAddend,
): PackedLinearKernel {
  const block = COLUMNS.find((few) => few.rows >= rows) ?? MANY;
  return {
    kernel: kernel(format, block.rows, block.columns, addend),
    columns: GROUP * block.columns,
    rows: block.rows,
  };
}

const kernel = kernelFamily(
  'linearPackedColumns',
  (format: PackedFormatName, atOnce: number, columns: number, addend: LinearAddend) => {
    const eachRow = (line: (r: number) => string) => range(atOnce).map(line).join('\n');
    const eachColumn = (line: (c: number) => string) => range(columns).map(line).join('\n');
    const each = (line: (r: number, c: number) => string) => eachRow((r) => eachColumn((c) => line(r, c)));
    const products = (i: number) => `{
      ${eachColumn((c) => `let weights${c} = weightEighth(head${c}, place${c}, uniforms.columns, ${i});`)}
      ${eachRow(
        (r) => `{
        let low = x[start${r} + ${i}];
        let high = x[start${r} + ${BLOCK_VECTORS / 2 + i}];
        ${eachColumn((c) => `sum${r}_${c} += dot(low, weights${c}[0]) + dot(high, weights${c}[1]);`)}
      }`,
      )}
    }`;
    return {
      inputs: packedLinearInputs(addend),
      uniforms: PACKED_LINEAR_UNIFORMS,
      workgroupSize: GROUP,
      unit: 'groups',
      code: `
        ${weightReader(format)}
        fn main() {
          let firstColumn = i32(workgroupId.x) * ${GROUP * columns} + i32(localIndex);
          let firstRow = i32(workgroupId.y) * ${atOnce};
          ${each((r, c) => `var sum${r}_${c} = 0.0;`)}
          ${eachRow((r) => `var start${r} = min(firstRow + ${r}, uniforms.rows - 1) * uniforms.vectors + uniforms.first * ${BLOCK_VECTORS};`)}
          ${eachColumn((c) => `let column${c} = firstColumn + ${c * GROUP};`)}
          ${eachColumn((c) => `var place${c} = min(column${c}, uniforms.columns - 1);`)}
          for (var block = 0; block < uniforms.count; block++) {
            ${eachColumn((c) => `let head${c} = weightHead(place${c}, uniforms.columns);`)}
            ${range(BLOCK_EIGHTHS).map(products).join('\n')}
            ${eachColumn((c) => `place${c} += uniforms.blockStride;`)}
            ${eachRow((r) => `start${r} += ${BLOCK_VECTORS};`)}
          }
          ${each((r, c) => writeNumber(r, c, addend))}
        }`,
    };
  },
);

function writeNumber(r: number, c: number, addend: LinearAddend): string {
  return `
    if (firstRow + ${r} < uniforms.rows && column${c} < uniforms.columns) {
      let to = (firstRow + ${r}) * uniforms.columns + column${c};
      result[to] = sum${r}_${c}${plusAddend(addend, 'to', `column${c}`)};
    }`;
}
