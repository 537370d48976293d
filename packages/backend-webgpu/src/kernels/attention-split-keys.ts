import {
  ATTENTION_UNIFORMS,
  type AttentionShape,
  attentionDeclarations,
  attentionInputs,
  attentionState,
  fromBuffers,
  type SeenBy,
  softmaxBlock,
} from './attention-step.js';
import { type Components, kernelFamily } from './kernel.js';

/** Keys that an invocation takes at a time. */
const BLOCK = 4;

/**
 * softmax(cap(q·kᵀ · scale) + mask) · v for few queries, as in decoding (flash decoding: Dao et al., 2023); operands as of
 * `attentionPerQuery`.
 *
 * A workgroup has one query of one head. Each of its `splits` invocations goes through every splits-th block of 4 keys with an
 * online softmax of its own; at the one barrier they put their sums into the workgroup's memory, then each adds up some of the
 * result's numbers, in proportion to e^(a split's largest score). Memory: k and v once a query head, everything else once.
 */
export const attentionSplitKeys = kernelFamily(
  'attentionSplitKeys',
  (components: Components, half: boolean, room: number, capped: boolean, seenBy: SeenBy, splits: number) => {
    const shape: AttentionShape = { components, half, room, capped, seenBy };
    return {
      inputs: attentionInputs(shape),
      resultComponents: components,
      uniforms: ATTENTION_UNIFORMS,
      workgroupSize: splits,
      unit: 'groups',
      code: `
        ${attentionDeclarations(shape)}
        var<workgroup> partLargest: array<f32, ${splits}>;
        var<workgroup> partWeights: array<f32, ${splits}>;
        var<workgroup> partSums: array<f32v, ${splits * room}>;
        fn main() {
          let lane = i32(localIndex);
          let query0 = i32(workgroupId.x);
          let row = i32(workgroupId.y) / uniforms.heads;
          let head0 = i32(workgroupId.y) % uniforms.heads;
          let keyValueHead = head0 / (uniforms.heads / uniforms.keyValueHeads);
          ${attentionState(shape, 1)}
          let end = ownEnd;
          for (var first = lane * ${BLOCK}; first < end; first += ${splits * BLOCK}) {
            ${softmaxBlock(BLOCK, 1, shape, fromBuffers(shape))}
          }
          partLargest[lane] = largest0;
          partWeights[lane] = weights0;
          for (var i = 0; i < uniforms.valueVectors; i++) { partSums[lane * ${room} + i] = sums[i]; }
          workgroupBarrier();
          ${combineSplits(room, splits)}
        }`,
    };
  },
);

/** A split without keys has no weight: its sums are zero, and so is what they are multiplied by. */
function combineSplits(room: number, splits: number): string {
  return `
    var largest = largest0;
    for (var split = 0; split < ${splits}; split++) { largest = max(largest, partLargest[split]); }
    var weights = 0.0;
    for (var split = 0; split < ${splits}; split++) {
      weights += partWeights[split] * exp(partLargest[split] - largest);
    }
    for (var i = lane; i < uniforms.valueVectors; i += ${splits}) {
      var sum = f32v(0.0);
      for (var split = 0; split < ${splits}; split++) {
        sum += partSums[split * ${room} + i] * exp(partLargest[split] - largest);
      }
      result[place0 * uniforms.valueVectors + i] = sum / weights;
    }`;
}
