import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor, rowLayout } from './rows.js';

/**
 * x / √(mean(x²) + eps) · weight, and a residual where there is one, over rows of `features` (Zhang and Sennrich, 2019).
 *
 * A row an invocation, or a workgroup. Memory: x twice (the second time from cache), weight, residual and result once.
 */
const kernel = kernelFamily('rmsNorm', (parallel: boolean, components: Components, added: boolean) => {
  const layout = rowLayout(parallel, components);
  return {
    ...layout,
    inputs: { x: components, weight: components, ...(added && { residual: components }) },
    resultComponents: components,
    uniforms: { rows: 'i32', vectors: 'i32', weightRows: 'i32', eps: 'f32' },
    code: `
      ${layout.declarations}
      ${layout.main}
        let start = row * uniforms.vectors;
        var squares = f32v(0.0);
        for (var i = lane; i < uniforms.vectors; i += LANES) {
          let value = x[start + i];
          squares += value * value;
        }
        let meanSquare = reduceSum(total(squares)) / f32(uniforms.vectors * ${components});
        let scale = inverseSqrt(meanSquare + uniforms.eps);
        let weights = (row % uniforms.weightRows) * uniforms.vectors;
        for (var i = lane; i < uniforms.vectors; i += LANES) {
          let scaled = x[start + i] * scale * weight[weights + i];
          result[start + i] = scaled${added ? ' + residual[start + i]' : ''};
        }
      }`,
  };
});

/** `rmsNorm` in one dispatch; the weight may have one vector a head, [heads, features]. */
export function rmsNorm<T extends Operand>(kernels: KernelSet<T>): KernelCall<'rmsNorm', T> {
  return (inputs, { eps }) => {
    const [x, weight] = inputs as [T, T];
    return rmsNormInto(kernels, { x, weight, eps });
  };
}

/** `rmsNorm`, with the result on top of a residual where there is one. */
export function rmsNormInto<T extends Operand>(
  { launcher, variants }: KernelSet<T>,
  {
    x,
    weight,
    eps,
    residual,
  }: { readonly x: T; readonly weight: T; readonly eps: number; readonly residual?: T },
): T {
  const features = x.shape.at(-1) as number;
  const components = componentsFor(features);
  const rows = x.size / features;
  return launcher.launch(kernel(variants.norm === 'parallel', components, residual !== undefined), {
    inputs: residual === undefined ? [x, weight] : [x, weight, residual],
    uniforms: [rows, features / components, weight.size / features, eps],
    units: rows,
    shape: x.shape,
  });
}
