import { BROADCAST_ROWS, BroadcastRows, partsByRows } from './broadcast-rows.js';
import { kernelFamily } from './kernel.js';
import {
  finishProduct,
  type ProductForm,
  parseForm,
  productFunctions,
  productInputs,
  productResults,
  productUniforms,
  weightsOfPart,
} from './product-form.js';
import { range } from './range.js';
import { vectorType } from './rows.js';

/** Columns of a vector, and inputs of one of x. */
const VECTOR = 4;

/**
 * Products of many rows x [rows, inputs] with weights [inputs, outputs], for rasterisers with subgroups, and what the form makes of them.
 *
 * A workgroup is a subgroup. An invocation has one vector of four columns in 16 rows, with its sums in registers, and loads four inputs of
 * `16 / lanes` rows, which it hands to its neighbours: a rasteriser loads lane by lane even what is the same in all lanes, so that
 * loading for each other takes a lane's share of the time. One weight of the form is done after the other. Memory: each weight once for
 * every 16 rows, x once a workgroup and weight (from cache), everything else once.
 *
 * @param lanes invocations of a subgroup
 */
export const productBroadcast = kernelFamily('productBroadcast', (written: string, lanes: number) => {
  const form = parseForm(written);
  return {
    inputs: productInputs(form, VECTOR, VECTOR),
    results: productResults(form, VECTOR),
    uniforms: productUniforms(form),
    workgroupSize: lanes,
    isSubgroup: true,
    unit: 'groups',
    code: `
      ${vectorType(VECTOR)}
      ${productFunctions(form)}
      ${partsByRows(form, (w, count) => productsOfPart(form, w, new BroadcastRows(count, lanes)))}`,
  };
});

function productsOfPart(form: ProductForm, w: number, shared: BroadcastRows): string {
  const columns = `uniforms.columns${w}`;
  const eachRow = (line: (r: number) => string) => shared.rows.map(line).join('\n');
  const productsWith = (v: number) => `
    ${eachRow((r) => `var sum${v}_${r} = f32v(0.0);`)}
    place = min(column, ${columns} - 1);
    for (var i = 0; i < uniforms.inputs; i++) {
      ${shared.vectors('x', 'i')}
      ${range(VECTOR)
        .map(
          (k) => `{
            let weights = weight${v}[place];
            ${eachRow((r) => `sum${v}_${r} += x${r}[${k}] * weights;`)}
            place += ${columns};
          }`,
        )
        .join('\n')}
    }`;
  return `
    let lane = i32(localIndex);
    let column = group * ${shared.lanes} + lane;
    let firstRow = i32(workgroupId.y) * ${BROADCAST_ROWS};
    ${shared.starts}
    var place = 0;
    ${weightsOfPart(form, w).map(productsWith).join('\n')}
    if (column >= ${columns}) { return; }
    ${eachRow(
      (r) => `
        if (firstRow + ${r} < uniforms.rows) {
          let to = (firstRow + ${r}) * ${columns} + column;
          ${finishProduct(form, w, (v) => `sum${v}_${r}`, 'to', 'column')}
        }`,
    )}`;
}
