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

/** Columns of a vector, and inputs of one of x. */
const VECTOR = 4;

/**
 * Products of many rows x [rows, inputs] with weights [inputs, outputs], for rasterisers with subgroups, and what the form makes of them.
 *
 * A workgroup is a subgroup. An invocation has one vector of four columns in `lanes · blocks` rows, with its sums in registers, and loads
 * four inputs of `blocks` rows, which it hands to its neighbours: a rasteriser loads lane by lane even what is the same in all lanes,
 * so that one invocation's loads for all take a lane's share of the time. One weight of the form is done after the other. Memory: each
 * weight once for every `lanes · blocks` rows, x once a workgroup and weight (from cache), everything else once.
 *
 * @param lanes invocations of a subgroup
 */
export const productBroadcast = kernelFamily(
  'productBroadcast',
  (written: string, lanes: number, blocks: number) => {
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
        ${partFunctions(form, 'compute', (w) => productsOfPart(form, w, { lanes, blocks }))}
        fn main() {
          let group = i32(workgroupId.x);
          ${callPart(form, 'compute')}
        }`,
    };
  },
);

interface Block {
  readonly lanes: number;
  readonly blocks: number;
}

function productsOfPart(form: ProductForm, w: number, { lanes, blocks }: Block): string {
  const rows = range(lanes * blocks);
  const lines = (of: readonly number[], line: (n: number) => string) => of.map(line).join('\n');
  const columns = `uniforms.columns${w}`;
  const productsWith = (v: number) => `
    place = min(column, ${columns} - 1);
    for (var i = 0; i < uniforms.inputs; i++) {
      ${lines(range(blocks), (b) => `let loaded${b} = x[start${b} + i];`)}
      ${lines(rows, (r) => `let x${r} = subgroupBroadcast(loaded${Math.floor(r / lanes)}, ${r % lanes}u);`)}
      ${lines(
        range(VECTOR),
        (k) => `{
          let weights = weight${v}[place];
          ${lines(rows, (r) => `sum${v}_${r} += x${r}[${k}] * weights;`)}
          place += ${columns};
        }`,
      )}
    }`;
  return `
    let lane = i32(localIndex);
    let column = group * ${lanes} + lane;
    let firstRow = i32(workgroupId.y) * ${lanes * blocks};
    ${lines(range(blocks), (b) => `let start${b} = min(firstRow + ${b * lanes} + lane, uniforms.rows - 1) * uniforms.inputs;`)}
    var place = 0;
    ${lines(weightsOfPart(form, w), (v) => `${lines(rows, (r) => `var sum${v}_${r} = f32v(0.0);`)} ${productsWith(v)}`)}
    if (column >= ${columns}) { return; }
    ${lines(
      rows,
      (r) => `
        if (firstRow + ${r} < uniforms.rows) {
          let to = (firstRow + ${r}) * ${columns} + column;
          ${finishProduct(form, w, (v) => `sum${v}_${r}`, 'to', 'column')}
        }`,
    )}`;
}
