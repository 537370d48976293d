import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor, rowLayout } from './rows.js';

/**
 * (x − mean) / √(var + eps) · weight + bias, and a residual where there is one, over rows of `features` (Ba et al., 2016). The variance is taken of what is left
 * after the mean, since E[x²] − E[x]² cancels.
 *
 * A row an invocation, or a workgroup. Memory: x three times (two of them from cache), weight, bias, residual and result once.
 */
const kernel = kernelFamily(
  'layerNorm',
  (parallel: boolean, components: Components, biased: boolean, added: boolean) => {
    const layout = rowLayout(parallel, components);
    return {
      ...layout,
      inputs: {
        x: components,
        weight: components,
        ...(biased && { bias: components }),
        ...(added && { residual: components }),
      },
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
          result[start + i] = scaled${biased ? ' + bias[weights + i]' : ''}${added ? ' + residual[start + i]' : ''};
        }
      }`,
    };
  },
);

/** `layerNorm` in one dispatch; weight and bias may have one vector a head, [heads, features]. */
export function layerNorm<T extends Operand>(kernels: KernelSet<T>): KernelCall<'layerNorm', T> {
  return (inputs, { eps }) => {
    const [x, weight, bias] = inputs as [T, T, T?];
    return layerNormInto(kernels, { x, weight, bias, eps, residual: undefined });
  };
}

/** The operands of a layer norm; a residual is what the result is added to. */
export interface LayerNormOperands<T extends Operand> {
  readonly x: T;
  readonly weight: T;
  readonly bias: T | undefined;
  readonly residual: T | undefined;
  readonly eps: number;
}

/** `layerNorm`, with the result on top of a residual where there is one. */
export function layerNormInto<T extends Operand>(
  { launcher, variants }: KernelSet<T>,
  { x, weight, bias, eps, residual }: LayerNormOperands<T>,
): T {
  const features = x.shape.at(-1) as number;
  const components = componentsFor(features);
  const rows = x.size / features;
  const own = kernel(variants.norm === 'parallel', components, bias !== undefined, residual !== undefined);
  return launcher.launch(own, {
    inputs: [x, weight, bias, residual].filter((operand) => operand !== undefined),
    uniforms: [rows, features / components, weight.size / features, eps],
    units: rows,
    shape: x.shape,
  });
}
