import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor, rowLayout } from './rows.js';

/**
 * x / √(mean(x²) + eps) · weight over rows of `features` (Zhang and Sennrich, 2019).
 *
 * A row an invocation, or a workgroup. Memory: x twice (the second time from cache), weight and result once.
 */
const kernel = kernelFamily('rmsNorm', (parallel: boolean, components: Components) => {
  const layout = rowLayout(parallel, components);
  return {
    ...layout,
    inputs: { x: components, weight: components },
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
          result[start + i] = x[start + i] * scale * weight[weights + i];
        }
      }`,
  };
});

/** `rmsNorm` in one dispatch; the weight may have one vector a head, [heads, features]. */
export function rmsNorm<T extends Operand>({ launcher, variants }: KernelSet<T>): KernelCall<'rmsNorm', T> {
  return (inputs, { eps }) => {
    const [x, weight] = inputs as [T, T];
    const features = x.shape.at(-1) as number;
    const components = componentsFor(features);
    const rows = x.size / features;
    return launcher.launch(kernel(variants.norm === 'parallel', components), {
      inputs: [x, weight],
      uniforms: [rows, features / components, weight.size / features, eps],
      units: rows,
      shape: x.shape,
    });
  };
}
