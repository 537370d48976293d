import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { MEMBER_FUNCTIONS, MERGE_UNIFORMS } from './merge-members.js';
import { componentsFor, rowLayout } from './rows.js';

/**
 * The cosine of each pair and |left| / |right|; 1 and 1 for a slot of one member.
 *
 * A slot an invocation, or a workgroup. Memory: both members three times (two of them from cache), two numbers out.
 */
const kernel = kernelFamily('mergeStatistics', (parallel: boolean, components: Components) => {
  const layout = rowLayout(parallel, components);
  return {
    ...layout,
    inputs: { x: components, plan: 1 },
    uniforms: MERGE_UNIFORMS,
    code: `
      ${layout.declarations}
      ${MEMBER_FUNCTIONS}
      ${layout.main}
        let slot = slotOf(row);
        let left = normOf(slot.left, lane);
        let right = normOf(slot.right, lane);
        let cosine = cosineOf(slot, left, right, lane);
        let ratio = left.whole / max(right.whole, TINY);
        let isPair = slot.hasLeft && slot.hasRight;
        if (lane == 0) {
          result[row * 2] = select(1.0, cosine, isPair);
          result[row * 2 + 1] = select(1.0, ratio, isPair);
        }
      }`,
  };
});

/** `mergeStatistics` in one dispatch. */
export function mergeStatistics<T extends Operand>({
  launcher,
  variants,
}: KernelSet<T>): KernelCall<'mergeStatistics', T> {
  return (inputs) => {
    const [x, plan] = inputs as [T, T];
    const [, tokens, features] = x.shape as [number, number, number];
    const [rows, slots] = plan.shape as [number, number, number];
    const components = componentsFor(features);
    return launcher.launch(kernel(variants.tokenMerge === 'parallel', components), {
      inputs: [x, plan],
      uniforms: [rows * slots, features / components, slots, tokens],
      units: rows * slots,
      shape: [rows, slots, 2],
    });
  };
}
