import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor } from './rows.js';

/**
 * past [rows, pastSize] followed by added [rows, addedSize] in each row; sizes count vectors of `components` numbers.
 *
 * A vector an invocation. Memory: everything once in and once out. A copy, so that whoever holds the past keeps it.
 */
const kernel = kernelFamily('cacheAppend', (components: Components) => ({
  inputs: { past: components, added: components },
  resultComponents: components,
  uniforms: { size: 'i32', pastSize: 'i32', addedSize: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let row = index / (uniforms.pastSize + uniforms.addedSize);
      let place = index % (uniforms.pastSize + uniforms.addedSize);
      if (place < uniforms.pastSize) {
        result[index] = past[row * uniforms.pastSize + place];
      } else {
        result[index] = added[row * uniforms.addedSize + place - uniforms.pastSize];
      }
    }`,
}));

/** `cacheAppend` in one dispatch: [rows, tokens, ...] along the token axis. */
export function cacheAppend<T extends Operand>({ launcher }: KernelSet<T>): KernelCall<'cacheAppend', T> {
  return (inputs) => {
    const [past, added] = inputs as [T, T];
    if (past.size === 0 || added.size === 0) return undefined;
    const [rows, tokens, ...inner] = past.shape as [number, number, ...number[]];
    const components = componentsFor(past.size / rows, added.size / rows);
    const size = (past.size + added.size) / components;
    return launcher.launch(kernel(components), {
      inputs: [past, added],
      uniforms: [size, past.size / rows / components, added.size / rows / components],
      units: size,
      shape: [rows, tokens + (added.shape[1] as number), ...inner],
    });
  };
}
