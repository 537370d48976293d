import {
  BLOCK_EIGHTHS,
  BLOCK_INPUTS,
  type PackedFormatName,
  packedFormats,
} from '../packing/packed-format.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import {
  callPart,
  finishProduct,
  type ProductForm,
  parseForm,
  partFunctions,
  productFunctions,
  productInputs,
  productResults,
  productUniforms,
  weightsOfPart,
} from './product-form.js';
import { range } from './range.js';
import { vectorType } from './rows.js';

/** Invocations of a workgroup: as few as fill a rasteriser's vectors, so that small projections have work for all processors. */
export const PACKED_COLUMN_GROUP = 8;
const BLOCK_VECTORS = BLOCK_INPUTS / 4;

/**
 * Products of x [rows, inputs] with packed weights [inputs, outputs] without barriers, and what the form makes of them.
 *
 * An invocation has `columns` columns in `atOnce` rows, with its sums in registers; it unpacks eight numbers of each column at a time and
 * uses them for all of its rows, and what it reads of x for all of its columns. Neighbours read neighbouring words. Memory: each weight
 * once for every block of rows, x once a workgroup (from cache), everything else once.
 *
 * @param formats the weights' formats, joined by commas
 */
export const productPackedColumns = kernelFamily(
  'productPackedColumns',
  (written: string, formats: string, atOnce: number, columns: number) => {
    const form = parseForm(written);
    const names = formats.split(',') as PackedFormatName[];
    return {
      inputs: productInputs(form, 4, 1),
      results: productResults(form, 1),
      uniforms: productUniforms(form),
      workgroupSize: PACKED_COLUMN_GROUP,
      unit: 'groups',
      code: `
        ${vectorType(1)}
        ${productFunctions(form)}
        ${names.map((name, v) => weightReader(name, `weight${v}`)).join('\n')}
        ${partFunctions(form, 'compute', (w) => columnsOfPart(form, names, w, { atOnce, columns }))}
        fn main() {
          let group = i32(workgroupId.x);
          ${callPart(form, 'compute')}
        }`,
    };
  },
);

function columnsOfPart(
  form: ProductForm,
  formats: readonly PackedFormatName[],
  w: number,
  { atOnce, columns }: { readonly atOnce: number; readonly columns: number },
): string {
  const weights = weightsOfPart(form, w);
  const all = `uniforms.columns${w}`;
  const eachRow = (line: (r: number) => string) => range(atOnce).map(line).join('\n');
  const eachColumn = (line: (c: number) => string) => range(columns).map(line).join('\n');
  const eachPlace = (line: (v: number, c: number) => string) =>
    weights.map((v) => eachColumn((c) => line(v, c))).join('\n');
  const products = (i: number) => `{
    ${eachPlace((v, c) => `let weights${v}_${c} = weight${v}Eighth(head${v}_${c}, place${v}_${c}, ${all}, ${i});`)}
    ${eachRow(
      (r) => `{
        let low = x[start${r} + ${i}];
        let high = x[start${r} + ${BLOCK_VECTORS / 2 + i}];
        ${eachPlace((v, c) => `sum${v}_${r}_${c} += dot(low, weights${v}_${c}[0]) + dot(high, weights${v}_${c}[1]);`)}
      }`,
    )}
  }`;
  return `
    let firstColumn = group * ${PACKED_COLUMN_GROUP * columns} + i32(localIndex);
    let firstRow = i32(workgroupId.y) * ${atOnce};
    ${eachRow((r) => eachPlace((v, c) => `var sum${v}_${r}_${c} = 0.0;`))}
    ${eachRow((r) => `var start${r} = min(firstRow + ${r}, uniforms.rows - 1) * uniforms.inputs;`)}
    ${eachColumn((c) => `let column${c} = firstColumn + ${c * PACKED_COLUMN_GROUP};`)}
    ${eachPlace((v, c) => `var place${v}_${c} = min(column${c}, ${all} - 1);`)}
    for (var block = 0; block < uniforms.inputs / ${BLOCK_VECTORS}; block++) {
      ${eachPlace((v, c) => `let head${v}_${c} = weight${v}Head(place${v}_${c}, ${all});`)}
      ${range(BLOCK_EIGHTHS).map(products).join('\n')}
      ${eachPlace((v, c) => `place${v}_${c} += ${blockWords(formats, v)} * ${all};`)}
      ${eachRow((r) => `start${r} += ${BLOCK_VECTORS};`)}
    }
    ${eachRow((r) =>
      eachColumn(
        (c) => `
          if (firstRow + ${r} < uniforms.rows && column${c} < ${all}) {
            let to = (firstRow + ${r}) * ${all} + column${c};
            ${finishProduct(form, w, (v) => `sum${v}_${r}_${c}`, 'to', `column${c}`)}
          }`,
      ),
    )}`;
}

function blockWords(formats: readonly PackedFormatName[], v: number): number {
  return packedFormats[formats[v] as PackedFormatName].blockWords;
}
