import type { Interpolation } from '@geodesic/compiler';
import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { MERGE_UNIFORMS, memberFunctions, membersOf } from './merge-members.js';
import { componentsFor, rowLayout } from './rows.js';

/** What the kernel does; the article's `reference` needs norms over all slots of a row and stays composed. */
type Combination = Exclude<Interpolation, 'reference'>;

/**
 * Gathers the members of each slot and combines them; a slot with one member keeps it exactly. The n members of a group get the same
 * weight: with slerp 1 / √(n (1 + (n − 1) c̄)) with their mean cosine c̄, for two at t = ½ sin(ω/2) / sin ω without an arc cosine.
 *
 * A slot an invocation, or a workgroup. Memory: all members once and the result once; slerp and norm-preserving read the members
 * again, from cache.
 */
const kernel = kernelFamily(
  'tokenMerge',
  (combination: Combination, members: number, parallel: boolean, components: Components) => {
    const layout = rowLayout(parallel, components);
    return {
      ...layout,
      inputs: { x: components, plan: 1 },
      resultComponents: components,
      uniforms: MERGE_UNIFORMS,
      code: `
        ${layout.declarations}
        ${memberFunctions(members)}
        ${WEIGHTS[combination]}
        ${WEIGHTED_SUM}
        ${layout.main}
          let slot = slotOf(row);
          let weight = weightOf(slot, lane);
          let start = row * uniforms.vectors;
          for (var i = lane; i < uniforms.vectors; i += LANES) {
            let single = select(f32v(0.0), x[max(slot.single, 0) + i], slot.single >= 0);
            result[start + i] = select(single, ${GROUPS[combination]}, slot.isGroup);
          }
        }`,
    };
  },
);

const WEIGHTED_SUM = `
  fn weightedSum(slot: Slot, weight: f32, i: i32) -> f32v {
    var sum = x[slot.starts[0] + i] * weight;
    for (var m = 1; m < MEMBERS; m++) { sum += x[slot.starts[m] + i] * weight; }
    return sum;
  }`;

const WEIGHTED = 'weightedSum(slot, weight, i)';

/** WGSL: what a group becomes. */
const GROUPS: Readonly<Record<Combination, string>> = {
  slerp: WEIGHTED,
  mean: WEIGHTED,
  'norm-preserving': WEIGHTED,
  drop: 'x[slot.starts[MEMBERS - 1] + i]',
};

const LINEAR = 'fn weightOf(slot: Slot, lane: i32) -> f32 { return 1.0 / f32(MEMBERS); }';

/** WGSL: the weight of each member of a group. The divisors are guarded, so that no branch can make a NaN. */
const WEIGHTS: Readonly<Record<Combination, string>> = {
  slerp: `
    fn weightOf(slot: Slot, lane: i32) -> f32 {
      let cosine = meanCosine(slot, normsOf(slot, lane), lane);
      let spread = 1.0 + f32(MEMBERS - 1) * cosine;
      let gain = 1.0 / sqrt(f32(MEMBERS) * max(spread, 1.0 - LINEAR_ABOVE));
      return select(gain, 1.0 / f32(MEMBERS), cosine > LINEAR_ABOVE || spread < 1.0 - LINEAR_ABOVE);
    }`,
  mean: LINEAR,
  // The direction of the mean at the largest of the norms.
  'norm-preserving': `
    fn weightOf(slot: Slot, lane: i32) -> f32 {
      let longest = largestNorm(normsOf(slot, lane));
      var most = f32v(0.0);
      for (var i = lane; i < uniforms.vectors; i += LANES) {
        most = max(most, abs(sumOf(slot, i)));
      }
      let scale = max(reduceMax(largest(most)), LEAST_DIVISOR);
      var squares = f32v(0.0);
      for (var i = lane; i < uniforms.vectors; i += LANES) {
        let value = sumOf(slot, i) / scale;
        squares += value * value;
      }
      let together = sqrt(reduceSum(total(squares))) * scale;
      return select(longest / max(together, LEAST_DIVISOR), 1.0 / f32(MEMBERS), together <= LEAST_DIVISOR);
    }`,
  drop: LINEAR,
};

/** `tokenMerge` in one dispatch: x [B, N, features] and a plan [B, M, members + 1] → [B, M, features]. */
export function tokenMerge<T extends Operand>({
  launcher,
  variants,
}: KernelSet<T>): KernelCall<'tokenMerge', T> {
  return (inputs, { interpolation }) => {
    if (interpolation === 'reference') return undefined;
    const [x, plan] = inputs as [T, T];
    const [, tokens, features] = x.shape as [number, number, number];
    const [rows, slots] = plan.shape as [number, number, number];
    const components = componentsFor(features);
    const parallel = variants.tokenMerge === 'parallel';
    return launcher.launch(kernel(interpolation, membersOf(plan), parallel, components), {
      inputs: [x, plan],
      uniforms: [rows * slots, features / components, slots, tokens],
      units: rows * slots,
      shape: [rows, slots, features],
    });
  };
}
