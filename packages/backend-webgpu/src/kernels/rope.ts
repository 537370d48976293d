import { kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor } from './rows.js';

/**
 * Rotary position embedding (Su et al., 2021): x · cos + swapped(x) · sin over the first `rotary` features; the sines carry the
 * sign of the swap. Sizes count vectors of `components` numbers.
 *
 * A vector an invocation. Memory: x twice, of which the partner's half comes from cache, tables once a head, result once.
 */
const kernel = kernelFamily('rope', (interleaved: boolean, components: 1 | 4) => ({
  inputs: { x: components, cosines: components, sines: components },
  resultComponents: components,
  uniforms: { size: 'i32', features: 'i32', rotary: 'i32', tokenSize: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let value = x[index];
      let feature = index % uniforms.features;
      if (feature >= uniforms.rotary) {
        result[index] = value;
        return;
      }
      let place = index / uniforms.tokenSize * uniforms.rotary + feature;
      let swapped = ${swappedPlace('x', 'index', interleaved, components)};
      result[index] = value * cosines[place] + swapped * sines[place];
    }`,
}));

/** WGSL: the vector that turns together with `value`, the one at `index` of a binding, which is number `feature` of its head. */
export function swappedPlace(
  binding: string,
  index: string,
  interleaved: boolean,
  components: 1 | 4,
): string {
  if (interleaved) {
    return components === 1 ? `${binding}[${index} - feature + (feature ^ 1)]` : 'value.yxwz';
  }
  const half = 'uniforms.rotary / 2';
  return `${binding}[${index} + select(-(${half}), ${half}, feature < ${half})]`;
}

/** `rope` in one dispatch. */
export function rope<T extends Operand>({ launcher }: KernelSet<T>): KernelCall<'rope', T> {
  return (inputs, { interleaved }) => {
    const [x, cosines, sines] = inputs as [T, T, T];
    const [, , heads, features] = x.shape as [number, number, number, number];
    const rotary = cosines.shape[3] as number;
    const components = componentsFor(features, interleaved ? rotary : rotary / 2);
    const size = x.size / components;
    return launcher.launch(kernel(interleaved, components), {
      inputs: [x, cosines, sines],
      uniforms: [size, features / components, rotary / components, (heads * features) / components],
      units: size,
      shape: x.shape,
    });
  };
}
