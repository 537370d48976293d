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
import { range } from './range.js';
import { vectorType } from './rows.js';

/** Invocations of a workgroup: few, so that a projection of a few hundred columns still has work for all processors. */
export const COLUMN_GROUP = 16;

/**
 * Products of x [rows, inputs] with weights [inputs, outputs] without barriers, and what the form makes of them.
 *
 * An invocation has `vectors` vectors of columns in `atOnce` rows, with its sums in registers, and takes as many inputs at a time as a
 * vector of x has. Neighbours read neighbouring columns. Memory: each weight once for every block of rows, x once a workgroup (from
 * cache), everything else once.
 */
export const productColumns = kernelFamily(
  'productColumns',
  (written: string, xComponents: Components, components: Components, atOnce: number, vectors: number) => {
    const form = parseForm(written);
    return {
      inputs: productInputs(form, xComponents, components),
      results: productResults(form, components),
      uniforms: productUniforms(form),
      workgroupSize: COLUMN_GROUP,
      unit: 'groups',
      code: `
        ${vectorType(components)}
        ${productFunctions(form)}
        ${partFunctions(form, 'compute', (w) => {
          const weights = weightsOfPart(form, w);
          const columns = `uniforms.columns${w}`;
          const eachRow = (line: (r: number) => string) => range(atOnce).map(line).join('\n');
          const eachVector = (line: (c: number) => string) => range(vectors).map(line).join('\n');
          const eachSum = (line: (v: number, r: number, c: number) => string) =>
            weights.map((v) => eachRow((r) => eachVector((c) => line(v, r, c)))).join('\n');
          return `
            let firstColumn = group * ${COLUMN_GROUP * vectors} + i32(localIndex);
            let firstRow = i32(workgroupId.y) * ${atOnce};
            if (firstColumn >= ${columns}) { return; }
            ${eachSum((v, r, c) => `var sum${v}_${r}_${c} = f32v(0.0);`)}
            ${eachRow((r) => `let start${r} = min(firstRow + ${r}, uniforms.rows - 1) * uniforms.inputs;`)}
            ${eachVector((c) => `let column${c} = firstColumn + ${c * COLUMN_GROUP};`)}
            ${eachVector((c) => `var place${c} = min(column${c}, ${columns} - 1);`)}
            for (var i = 0; i < uniforms.inputs; i++) {
              ${eachRow((r) => `let x${r} = x[start${r} + i];`)}
              ${range(xComponents)
                .map(
                  (k) => `{
                    ${weights.map((v) => eachVector((c) => `let weights${v}_${c} = weight${v}[place${c}];`)).join('\n')}
                    ${eachSum((v, r, c) => `sum${v}_${r}_${c} += x${r}${xComponents === 1 ? '' : `[${k}]`} * weights${v}_${c};`)}
                    ${eachVector((c) => `place${c} += ${columns};`)}
                  }`,
                )
                .join('\n')}
            }
            ${eachRow((r) =>
              eachVector(
                (c) => `
                  if (firstRow + ${r} < uniforms.rows && column${c} < ${columns}) {
                    let to = (firstRow + ${r}) * ${columns} + column${c};
                    ${finishProduct(form, w, (v) => `sum${v}_${r}_${c}`, 'to', `column${c}`)}
                  }`,
              ),
            )}`;
        })}
        fn main() {
          let group = i32(workgroupId.x);
          ${callPart(form, 'compute')}
        }`,
    };
  },
);
