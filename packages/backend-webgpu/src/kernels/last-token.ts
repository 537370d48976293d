import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor } from './rows.js';

/** The last token of each row. A vector an invocation. Memory: result once in and once out. */
const kernel = kernelFamily('lastToken', (components: Components) => ({
  inputs: { x: components },
  resultComponents: components,
  uniforms: { size: 'i32', vectors: 'i32', tokens: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let row = index / uniforms.vectors;
      result[index] = x[((row + 1) * uniforms.tokens - 1) * uniforms.vectors + index % uniforms.vectors];
    }`,
}));

/** `lastToken` in one dispatch: [B, N, features] → [B, features]. */
export function lastToken<T extends Operand>({ launcher }: KernelSet<T>): KernelCall<'lastToken', T> {
  return (inputs) => {
    const [rows, tokens, features] = (inputs[0] as T).shape as [number, number, number];
    const components = componentsFor(features);
    const size = (rows * features) / components;
    return launcher.launch(kernel(components), {
      inputs,
      uniforms: [size, features / components, tokens],
      units: size,
      shape: [rows, features],
    });
  };
}
