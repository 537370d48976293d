import type { Interpolation } from '@geodesic/compiler';
import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { MEMBER_FUNCTIONS, MERGE_UNIFORMS } from './merge-members.js';
import { componentsFor, rowLayout } from './rows.js';

/** What the kernel does; the article's `reference` needs norms over all slots of a row and stays composed. */
type Combination = Exclude<Interpolation, 'reference'>;

/**
 * Gathers the members of each slot and combines them; a slot with one member keeps it exactly. Members of a pair get the same weight
 * at t = ½: with slerp 1 / √(2 (1 + cos)), which is sin(ω/2) / sin ω without an arc cosine.
 *
 * A slot an invocation, or a workgroup. Memory: both members once and the result once; slerp and norm-preserving read the members
 * again, from cache.
 */
const kernel = kernelFamily(
  'tokenMerge',
  (combination: Combination, parallel: boolean, components: Components) => {
    const layout = rowLayout(parallel, components);
    return {
      ...layout,
      inputs: { x: components, plan: 1 },
      resultComponents: components,
      uniforms: MERGE_UNIFORMS,
      code: `
        ${layout.declarations}
        ${MEMBER_FUNCTIONS}
        ${WEIGHTS[combination]}
        ${layout.main}
          let slot = slotOf(row);
          let weight = weightOf(slot, lane);
          let isPair = slot.hasLeft && slot.hasRight;
          let start = row * uniforms.vectors;
          for (var i = lane; i < uniforms.vectors; i += LANES) {
            let left = x[slot.left + i];
            let right = x[slot.right + i];
            let single = select(select(f32v(0.0), left, slot.hasLeft), right, slot.hasRight);
            result[start + i] = select(single, ${PAIRS[combination]}, isPair);
          }
        }`,
    };
  },
);

const WEIGHTED = 'left * weight + right * weight';

/** WGSL: what a pair becomes. */
const PAIRS: Readonly<Record<Combination, string>> = {
  slerp: WEIGHTED,
  mean: WEIGHTED,
  'norm-preserving': WEIGHTED,
  drop: 'right',
};

const HALF = 'fn weightOf(slot: Slot, lane: i32) -> f32 { return 0.5; }';

/** WGSL: the weight of both members of a pair. The divisors are guarded, so that no branch can make a NaN. */
const WEIGHTS: Readonly<Record<Combination, string>> = {
  slerp: `
    fn weightOf(slot: Slot, lane: i32) -> f32 {
      let cosine = cosineOf(slot, normOf(slot.left, lane), normOf(slot.right, lane), lane);
      let gain = 1.0 / sqrt(2.0 * max(cosine + 1.0, 1.0 - LINEAR_ABOVE));
      return select(gain, 0.5, abs(cosine) > LINEAR_ABOVE);
    }`,
  mean: HALF,
  // The direction of the mean at the larger of the two norms.
  'norm-preserving': `
    fn weightOf(slot: Slot, lane: i32) -> f32 {
      let larger = max(normOf(slot.left, lane).whole, normOf(slot.right, lane).whole);
      var most = f32v(0.0);
      for (var i = lane; i < uniforms.vectors; i += LANES) {
        most = max(most, abs(x[slot.left + i] + x[slot.right + i]));
      }
      let scale = max(reduceMax(largest(most)), TINY);
      var squares = f32v(0.0);
      for (var i = lane; i < uniforms.vectors; i += LANES) {
        let value = (x[slot.left + i] + x[slot.right + i]) / scale;
        squares += value * value;
      }
      let together = sqrt(reduceSum(total(squares))) * scale;
      return select(larger / max(together, TINY), 0.5, together <= TINY);
    }`,
  drop: HALF,
};

/** `tokenMerge` in one dispatch: x [B, N, features] and a plan [B, M, 3] → [B, M, features]. */
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
    return launcher.launch(kernel(interpolation, variants.tokenMerge === 'parallel', components), {
      inputs: [x, plan],
      uniforms: [rows * slots, features / components, slots, tokens],
      units: rows * slots,
      shape: [rows, slots, features],
    });
  };
}
