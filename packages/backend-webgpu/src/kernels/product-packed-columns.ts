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
 * Products of one row x [inputs] with packed weights [inputs, outputs] without barriers, and what the form makes of them.
 *
 * An invocation has `columns` columns, with its sums in registers; it unpacks eight numbers of each at a time, and uses what it reads of
 * x for all of them. Neighbours read neighbouring words. Memory: each weight once, x once a workgroup (from cache), everything else once.
 * For more rows the code of several weights would take a driver that compiles for a CPU a minute.
 *
 * @param formats the weights' formats, joined by commas
 */
export const productPackedColumns = kernelFamily(
  'productPackedColumns',
  (written: string, formats: string, columns: number) => {
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
        ${partFunctions(form, 'compute', (w) => columnsOfPart(form, names, w, columns))}
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
  columns: number,
): string {
  const weights = weightsOfPart(form, w);
  const all = `uniforms.columns${w}`;
  const eachColumn = (line: (c: number) => string) => range(columns).map(line).join('\n');
  const each = (line: (v: number, c: number) => string) =>
    weights.map((v) => eachColumn((c) => line(v, c))).join('\n');
  const products = (i: number) => `{
    ${each((v, c) => `let weights${v}_${c} = weight${v}Eighth(head${v}_${c}, place${v}_${c}, ${all}, ${i});`)}
    let low = x[start + ${i}];
    let high = x[start + ${BLOCK_VECTORS / 2 + i}];
    ${each((v, c) => `sum${v}_${c} += dot(low, weights${v}_${c}[0]) + dot(high, weights${v}_${c}[1]);`)}
  }`;
  return `
    let firstColumn = group * ${PACKED_COLUMN_GROUP * columns} + i32(localIndex);
    var start = 0;
    ${each((v, c) => `var sum${v}_${c} = 0.0;`)}
    ${eachColumn((c) => `let column${c} = firstColumn + ${c * PACKED_COLUMN_GROUP};`)}
    ${each((v, c) => `var place${v}_${c} = min(column${c}, ${all} - 1);`)}
    for (var block = 0; block < uniforms.inputs / ${BLOCK_VECTORS}; block++) {
      ${each((v, c) => `let head${v}_${c} = weight${v}Head(place${v}_${c}, ${all});`)}
      ${range(BLOCK_EIGHTHS).map(products).join('\n')}
      ${each((v, c) => `place${v}_${c} += ${blockWords(formats, v)} * ${all};`)}
      start += ${BLOCK_VECTORS};
    }
    ${eachColumn(
      (c) => `
        if (column${c} < ${all}) {
          ${finishProduct(form, w, (v) => `sum${v}_${c}`, `column${c}`, `column${c}`)}
        }`,
    )}`;
}

function blockWords(formats: readonly PackedFormatName[], v: number): number {
  return packedFormats[formats[v] as PackedFormatName].blockWords;
}
