import { callPart, finishProduct, type ProductForm, partFunctions, weightsOfPart } from './product-form.js';

/** How a workgroup divides a part of a row: columns, and parts of the inputs. */
export interface Split {
  /** Of `f32v`. */
  readonly columns: number;
  readonly splits: number;
}

/**
 * WGSL of a `main` whose workgroups have `columns` columns of one row of one part: `splits` invocations of each sum a share of the inputs,
 * then all of them add up. `accumulate` writes how an invocation, `lane`, adds its share to `sum0`, …, one for each of the part's weights:
 * of its `column`, and of the row of x from `start` on.
 */
export function splitSums(
  form: ProductForm,
  { columns, splits }: Split,
  accumulate: (w: number, weights: readonly number[]) => string,
): string {
  const lanes = columns * splits;
  const memories = weightsOfPart(form, 0).map((_, m) => m);
  return `
    ${memories.map((m) => `var<workgroup> sums${m}: array<f32v, ${lanes}>;`).join('\n')}
    ${partFunctions(form, 'split', (w) => {
      const weights = weightsOfPart(form, w);
      return `
        let lane = i32(localIndex);
        let column = min(group * ${columns} + lane % ${columns}, uniforms.columns${w} - 1);
        let start = i32(workgroupId.y) * uniforms.inputs;
        ${weights.map((v) => `var sum${v} = f32v(0.0);`).join('\n')}
        ${accumulate(w, weights)}
        ${weights.map((v, m) => `sums${m}[lane] = sum${v};`).join('\n')}`;
    })}
    ${partFunctions(form, 'finish', (w) => {
      const weights = weightsOfPart(form, w);
      return `
        let lane = i32(localIndex);
        let column = group * ${columns} + lane;
        if (lane < ${columns} && column < uniforms.columns${w}) {
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
      for (var width = ${lanes / 2}; width >= ${columns}; width /= 2) {
        if (lane < width) { ${memories.map((m) => `sums${m}[lane] += sums${m}[lane + width];`).join(' ')} }
        workgroupBarrier();
      }
      ${callPart(form, 'finish')}
    }`;
}
