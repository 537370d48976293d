import { type Components, kernelFamily } from './kernel.js';
import {
  callPart,
  finishProduct,
  parseForm,
  partFunctions,
  productFunctions,
  productInputs,
  productResults,
  productUniforms,
  weightsOfPart,
} from './product-form.js';
import { vectorType } from './rows.js';

/** Vectors of columns that a workgroup has, and parts that it splits the inputs into. */
export const SPLIT_VECTORS = 8;
const SPLITS = 32;
const LANES = SPLIT_VECTORS * SPLITS;

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
    const memories = form.kind === 'gated' ? [0, 1] : [0];
    return {
      inputs: productInputs(form, 1, components),
      results: productResults(form, components),
      uniforms: productUniforms(form),
      workgroupSize: LANES,
      unit: 'groups',
      code: `
      ${vectorType(components)}
      ${productFunctions(form)}
      ${memories.map((m) => `var<workgroup> sums${m}: array<f32v, ${LANES}>;`).join('\n')}
      const LAST = ${SPLIT_VECTORS};
      ${partFunctions(form, 'split', (w) => {
        const weights = weightsOfPart(form, w);
        return `
          let lane = i32(localIndex);
          let column = min(group * LAST + lane % LAST, uniforms.columns${w} - 1);
          let start = i32(workgroupId.y) * uniforms.inputs;
          ${weights.map((v) => `var sum${v} = f32v(0.0);`).join('\n')}
          for (var i = lane / LAST; i < uniforms.inputs; i += ${SPLITS}) {
            let value = x[start + i];
            ${weights.map((v) => `sum${v} += value * weight${v}[i * uniforms.columns${w} + column];`).join('\n')}
          }
          ${weights.map((v, m) => `sums${m}[lane] = sum${v};`).join('\n')}`;
      })}
      ${partFunctions(form, 'finish', (w) => {
        const weights = weightsOfPart(form, w);
        return `
          let lane = i32(localIndex);
          let column = group * LAST + lane;
          if (lane < LAST && column < uniforms.columns${w}) {
            let to = i32(workgroupId.y) * uniforms.columns${w} + column;
            ${finishProduct(form, w, (v) => `sums${weights.indexOf(v)}[lane]`, 'to', 'column')}
          }`;
      })}
      // All invocations meet at the barriers, whatever part they compute.
      fn main() {
        let lane = i32(localIndex);
        let group = i32(workgroupId.x);
        ${callPart(form, 'split')}
        workgroupBarrier();
        for (var width = ${LANES / 2}; width >= LAST; width /= 2) {
          if (lane < width) { ${memories.map((m) => `sums${m}[lane] += sums${m}[lane + width];`).join(' ')} }
          workgroupBarrier();
        }
        ${callPart(form, 'finish')}
      }`,
    };
  },
);
