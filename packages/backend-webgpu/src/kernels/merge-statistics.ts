import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { MERGE_UNIFORMS, memberFunctions, membersOf } from './merge-members.js';
import { componentsFor, rowLayout } from './rows.js';

/**
 * The mean cosine of each group's pairs, and |left| / |right| of a pair, of a larger group the largest norm over the smallest; 1 and 1
 * for a slot of one member.
 *
 * A slot an invocation, or a workgroup. Memory: each member twice, and once for each other member (all but once from cache), two
 * numbers out.
 */
const kernel = kernelFamily(
  'mergeStatistics',
  (members: number, parallel: boolean, components: Components) => {
    const layout = rowLayout(parallel, components);
    return {
      ...layout,
      inputs: { x: components, plan: 1 },
      uniforms: MERGE_UNIFORMS,
      code: `
      ${layout.declarations}
      ${memberFunctions(members)}
      ${SMALLEST_NORM}
      ${layout.main}
        let slot = slotOf(row);
        let norms = normsOf(slot, lane);
        let cosine = meanCosine(slot, norms, lane);
        let ratio = ${members === 2 ? PAIR_RATIO : GROUP_RATIO};
        if (lane == 0) {
          result[row * 2] = select(1.0, cosine, slot.isGroup);
          result[row * 2 + 1] = select(1.0, ratio, slot.isGroup);
        }
      }`,
    };
  },
);

const PAIR_RATIO = 'norms[0].whole / max(norms[1].whole, LEAST_DIVISOR)';
const GROUP_RATIO = 'largestNorm(norms) / max(smallestNorm(norms), LEAST_DIVISOR)';

const SMALLEST_NORM = `
  fn smallestNorm(norms: Norms) -> f32 {
    var least = norms[0].whole;
    for (var m = 1; m < MEMBERS; m++) { least = min(least, norms[m].whole); }
    return least;
  }`;

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
    const parallel = variants.tokenMerge === 'parallel';
    return launcher.launch(kernel(membersOf(plan), parallel, components), {
      inputs: [x, plan],
      uniforms: [rows * slots, features / components, slots, tokens],
      units: rows * slots,
      shape: [rows, slots, 2],
    });
  };
}
