import { kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { rowWindows } from './row-windows.js';

/**
 * Columns `ids` of the rows [first, first + count) of a table [features, vocabulary].
 *
 * A number an invocation. Memory: each number once in, a cache line at a time, and once out.
 */
const kernel = kernelFamily('embedding', () => ({
  inputs: { ids: 1, table: 1 },
  uniforms: { size: 'i32', first: 'i32', count: 'i32', features: 'i32', vocabulary: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let token = index / uniforms.count;
      let row = index % uniforms.count;
      result[token * uniforms.features + uniforms.first + row] = table[row * uniforms.vocabulary + ids[token]];
    }`,
}));

/** `embedding` in one dispatch, or one for each part of a table that the device can't bind whole. */
export function embedding<T extends Operand>({ launcher }: KernelSet<T>): KernelCall<'embedding', T> {
  return (inputs) => {
    const [ids, table] = inputs as [T, T];
    const [features, vocabulary] = table.shape as [number, number];
    return launcher.launchInParts(
      rowWindows(table, launcher).map(({ operand, first, count }) => ({
        kernel: kernel(),
        inputs: [ids, operand],
        uniforms: [ids.size * count, first, count, features, vocabulary],
        units: ids.size * count,
      })),
      [...ids.shape, features],
    );
  };
}
