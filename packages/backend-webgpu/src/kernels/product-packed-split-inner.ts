import {
  BLOCK_EIGHTHS,
  BLOCK_INPUTS,
  type PackedFormatName,
  packedFormats,
} from '../packing/packed-format.js';
import { weightReader } from '../packing/weight-reader.js';
import { kernelFamily } from './kernel.js';
import {
  parseForm,
  productFunctions,
  productInputs,
  productResults,
  productUniforms,
} from './product-form.js';
import { vectorType } from './rows.js';
import { splitSums } from './split-sums.js';

/** Columns that a workgroup has, and parts that it splits the blocks into. */
export const PACKED_SPLIT_COLUMNS = 32;
const SPLITS = 8;
const BLOCK_VECTORS = BLOCK_INPUTS / 4;

/**
 * Products of x [rows, inputs] with packed weights [inputs, outputs] for few rows on a GPU, and what the form makes of them.
 *
 * A workgroup has 32 columns of one row; its 256 invocations split the blocks of inputs, read 32 neighbouring words at a time and add
 * up their sums in the workgroup's memory. Memory: each weight once a row, x once a workgroup (from cache), everything else once.
 *
 * @param formats the weights' formats, joined by commas
 */
export const productPackedSplitInner = kernelFamily(
  'productPackedSplitInner',
  (written: string, formats: string) => {
    const form = parseForm(written);
    const names = formats.split(',') as PackedFormatName[];
    const read = (v: number, w: number) => `
      let place${v} = block * ${packedFormats[names[v] as PackedFormatName].blockWords} * uniforms.columns${w} + column;
      let head${v} = weight${v}Head(place${v}, uniforms.columns${w});`;
    const multiply = (v: number, w: number) => `
      let weights${v} = weight${v}Eighth(head${v}, place${v}, uniforms.columns${w}, i);
      sum${v} += dot(x[vector + i], weights${v}[0]) + dot(x[vector + ${BLOCK_VECTORS / 2} + i], weights${v}[1]);`;
    return {
      inputs: productInputs(form, 4, 1),
      results: productResults(form, 1),
      uniforms: productUniforms(form),
      workgroupSize: PACKED_SPLIT_COLUMNS * SPLITS,
      unit: 'groups',
      code: `
        ${vectorType(1)}
        ${productFunctions(form)}
        ${names.map((name, v) => weightReader(name, `weight${v}`)).join('\n')}
        ${splitSums(
          form,
          { columns: PACKED_SPLIT_COLUMNS, splits: SPLITS },
          (w, weights) => `
          for (var block = lane / ${PACKED_SPLIT_COLUMNS}; block < uniforms.inputs / ${BLOCK_VECTORS}; block += ${SPLITS}) {
            let vector = start + block * ${BLOCK_VECTORS};
            ${weights.map((v) => read(v, w)).join('\n')}
            for (var i = 0; i < ${BLOCK_EIGHTHS}; i++) { ${weights.map((v) => multiply(v, w)).join('\n')} }
          }`,
        )}`,
    };
  },
);
