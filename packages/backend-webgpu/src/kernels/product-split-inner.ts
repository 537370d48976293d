import { type Components, kernelFamily } from './kernel.js';
import {
  parseForm,
  productFunctions,
  productInputs,
  productResults,
  productUniforms,
} from './product-form.js';
import { vectorType } from './rows.js';
import { splitSums } from './split-sums.js';

/** Vectors of columns that a workgroup has, and parts that it splits the inputs into. */
export const SPLIT_VECTORS = 8;
const SPLITS = 32;

/**
 * Products of x [rows, inputs] with weights [inputs, outputs] for few rows on a GPU, and what the form makes of them.
 *
 * A workgroup has 8 vectors of columns of one row; its 256 invocations split the inputs, read 8 neighbouring vectors at a time and
 * add up their sums in the workgroup's memory. Memory: each weight once a row, x once a workgroup (from cache), everything else once.
 */
export const productSplitInner = kernelFamily(
  'productSplitInner',
  (written: string, components: Components) => {
    const form = parseForm(written);
    return {
      inputs: productInputs(form, 1, components),
      results: productResults(form, components),
      uniforms: productUniforms(form),
      workgroupSize: SPLIT_VECTORS * SPLITS,
      unit: 'groups',
      code: `
        ${vectorType(components)}
        ${productFunctions(form)}
        ${splitSums(
          form,
          { columns: SPLIT_VECTORS, splits: SPLITS },
          (w, weights) => `
          for (var i = lane / ${SPLIT_VECTORS}; i < uniforms.inputs; i += ${SPLITS}) {
            let value = x[start + i];
            ${weights.map((v) => `sum${v} += value * weight${v}[i * uniforms.columns${w} + column];`).join('\n')}
          }`,
        )}`,
    };
  },
);
