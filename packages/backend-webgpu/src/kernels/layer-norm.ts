import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor, rowLayout } from './rows.js';

/**
 * (x − mean) / √(var + eps) · weight + bias over rows of `features` (Ba et al., 2016). The variance is taken of what is left
 * after the mean, since E[x²] − E[x]² cancels.
 *
 * A row an invocation, or a workgroup. Memory: x three times (two of them from cache), weight, bias and result once.
 */
const kernel = kernelFamily('layerNorm', (parallel: boolean, components: Components, biased: boolean) => {
  const layout = rowLayout(parallel, components);
  return {
    ...layout,
    inputs: { x: components, weight: components, ...(biased && { bias: components }) },
    resultComponents: components,
    uniforms: { rows: 'i32', vectors: 'i32', weightRows: 'i32', eps: 'f32' },
    code: `
      ${layout.declarations}
      ${layout.main}
        let start = row * uniforms.vectors;
        let features = f32(uniforms.vectors * ${components});
        var sums = f32v(0.0);
        for (var i = lane; i < uniforms.vectors; i += LANES) { sums += x[start + i]; }
        let mean = reduceSum(total(sums)) / features;
        var squares = f32v(0.0);
        for (var i = lane; i < uniforms.vectors; i += LANES) {
          let centred = x[start + i] - mean;
          squares += centred * centred;
        }
        let variance = reduceSum(total(squares)) / features;
        let scale = inverseSqrt(variance + uniforms.eps);
        let weights = (row % uniforms.weightRows) * uniforms.vectors;
        for (var i = lane; i < uniforms.vectors; i += LANES) {
          let scaled = (x[start + i] - mean) * scale * weight[weights + i];
          result[start + i] = scaled${biased ? ' + bias[weights + i]' : ''};
        }
      }`,
  };
});

/** `layerNorm` in one dispatch; weight and bias may have one vector a head, [heads, features]. */
export function layerNorm<T extends Operand>({
  launcher,
  variants,
}: KernelSet<T>): KernelCall<'layerNorm', T> {
  return (inputs, { eps }) => {
    const [x, weight, bias] = inputs as [T, T, T?];
    const features = x.shape.at(-1) as number;
    const components = componentsFor(features);
    const rows = x.size / features;
    return launcher.launch(kernel(variants.norm === 'parallel', components, bias !== undefined), {
      inputs: bias === undefined ? [x, weight] : [x, weight, bias],
      uniforms: [rows, features / components, weight.size / features, eps],
      units: rows,
      shape: x.shape,
    });
  };
}
