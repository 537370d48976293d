import type { Interpolation, OpAttributes } from '@geodesic/compiler';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tfjs.js';
import { LEAST_DIVISOR, LINEAR_ABOVE } from './interpolation.js';

/** The members of every slot: [slots, features] each, zero where a slot has none, and which slots they fill, [slots, 1]. */
interface Members {
  readonly rows: number;
  readonly states: readonly Tensor[];
  /** 1 where a slot has all members, else 0. */
  readonly isGroup: Tensor;
  /** 1 where a slot lies in the region that merging works on, else 0. */
  readonly inRegion: Tensor;
}

/** Gathers the members of each slot and combines them; a slot with one member keeps it exactly. */
export function tokenMerge(
  tf: Tfjs,
  x: Tensor,
  plan: Tensor,
  { interpolation }: OpAttributes['tokenMerge'],
): Tensor {
  const members = gatherMembers(tf, x, plan);
  const { states, isGroup } = members;
  const [rows, slots] = plan.shape as [number, number, number];
  const shape = [rows, slots, x.shape[2] as number];
  if (interpolation === 'drop') {
    const single = tf.mul(sumOf(tf, states.slice(0, -1)), tf.sub(1, isGroup));
    return tf.reshape(tf.add(single, states.at(-1) as Tensor), shape);
  }
  const weight = tf.where(tf.greater(isGroup, 0), weightOf(tf, members, interpolation), tf.onesLike(isGroup));
  const weighted = states.map((member) => tf.mul(member, weight));
  return tf.reshape(sumOf(tf, weighted), shape);
}

/** Mean cosine and norm ratio of each group; 1 and 1 for a slot of one member. */
export function mergeStatistics(tf: Tfjs, x: Tensor, plan: Tensor): Tensor {
  const { states, isGroup } = gatherMembers(tf, x, plan);
  const statistics = tf.concat([meanCosine(tf, states), normRatio(tf, states)], 1);
  const [rows, slots] = plan.shape as [number, number, number];
  return tf.reshape(tf.where(tf.greater(isGroup, 0), statistics, tf.onesLike(statistics)), [rows, slots, 2]);
}

function gatherMembers(tf: Tfjs, x: Tensor, plan: Tensor): Members {
  const [rows, tokens, features] = x.shape as [number, number, number];
  const [, slots, columns] = plan.shape as [number, number, number];
  const states = tf.reshape(x, [rows * tokens, features]) as Tensor2D;
  const column = (index: number) =>
    tf.reshape(tf.slice(plan, [0, 0, index], [rows, slots, 1]), [rows, slots]);
  const rowStart = tf.mul(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), tf.scalar(tokens, 'int32'));
  const member = (index: Tensor) => {
    const present = tf.reshape(tf.cast(tf.greaterEqual(index, tf.scalar(0, 'int32')), 'float32'), [
      rows * slots,
      1,
    ]);
    const flat = tf.add(tf.maximum(index, tf.scalar(0, 'int32')), rowStart);
    const gathered = tf.gather(states, tf.cast(tf.reshape(flat, [rows * slots]), 'int32'));
    return { present, states: tf.mul(gathered, present) };
  };
  const members = Array.from({ length: columns - 1 }, (_, index) => member(column(index)));
  const inRegion = tf.reshape(tf.cast(column(columns - 1), 'float32'), [rows * slots, 1]);
  return {
    rows,
    states: members.map(({ states: own }) => own),
    isGroup: members.map(({ present }) => present).reduce((all, present) => tf.mul(all, present)),
    inRegion,
  };
}

/** The factor of all members of a group, [slots, 1]. */
function weightOf(tf: Tfjs, members: Members, interpolation: Exclude<Interpolation, 'drop'>): Tensor {
  const { states } = members;
  switch (interpolation) {
    case 'mean':
      return tf.fill([(states[0] as Tensor).shape[0] as number, 1], 1 / states.length);
    case 'norm-preserving':
      return normPreservingWeight(tf, states);
    case 'slerp':
      return slerpWeight(tf, meanCosine(tf, states), states.length);
    case 'reference':
      return slerpWeight(tf, frobeniusCosine(tf, members), states.length);
  }
}

/**
 * One over the length of the sum of the members' directions: 1 / √(n (1 + (n − 1) c̄)) with the mean cosine c̄ of their pairs. For two
 * that is SLERP at t = ½, sin(ω/2) / sin ω = 1 / (2 cos(ω/2)) = 1 / √(2 (1 + cos ω)), the same for both members, so that no arc cosine
 * is needed. The divisor is guarded inside the select, so that neither branch can make a NaN.
 */
function slerpWeight(tf: Tfjs, cos: Tensor, members: number): Tensor {
  const spread = tf.add(tf.mul(cos, members - 1), 1);
  const gain = tf.rsqrt(tf.mul(tf.maximum(spread, 1 - LINEAR_ABOVE), members));
  const linear = tf.logicalOr(tf.greater(cos, LINEAR_ABOVE), tf.less(spread, 1 - LINEAR_ABOVE));
  return tf.where(linear, tf.fill(cos.shape, 1 / members), gain);
}

/** The direction of the mean at the largest of the norms. */
function normPreservingWeight(tf: Tfjs, states: readonly Tensor[]): Tensor {
  const total = norm(tf, sumOf(tf, states));
  const largest = states.map((state) => norm(tf, state)).reduce((a, b) => tf.maximum(a, b));
  const opposite = tf.lessEqual(total, LEAST_DIVISOR);
  const linear = tf.fill(total.shape, 1 / states.length);
  return tf.where(opposite, linear, tf.div(largest, tf.maximum(total, LEAST_DIVISOR)));
}

/** The mean cosine of the pairs of a group. */
function meanCosine(tf: Tfjs, states: readonly Tensor[]): Tensor {
  const cosines = states.flatMap((left, i) => states.slice(i + 1).map((right) => cosine(tf, left, right)));
  return tf.div(sumOf(tf, cosines), cosines.length);
}

/** |left| / |right| of a pair; of a larger group the largest norm over the smallest. */
function normRatio(tf: Tfjs, states: readonly Tensor[]): Tensor {
  const norms = states.map((state) => norm(tf, state));
  const [left, right] = norms as [Tensor, Tensor];
  if (norms.length === 2) return tf.div(left, tf.maximum(right, LEAST_DIVISOR));
  const largest = norms.reduce((a, b) => tf.maximum(a, b));
  return tf.div(
    largest,
    tf.maximum(
      norms.reduce((a, b) => tf.minimum(a, b)),
      LEAST_DIVISOR,
    ),
  );
}

function sumOf(tf: Tfjs, summands: readonly Tensor[]): Tensor {
  return summands.reduce((sum, summand) => tf.add(sum, summand));
}

/** Cosine of each pair, clamped; 1, which means linear interpolation, where a member is zero. */
function cosine(tf: Tfjs, left: Tensor, right: Tensor): Tensor {
  const [a, b] = [rescaled(tf, left).states, rescaled(tf, right).states];
  const norms = tf.mul(tf.sqrt(sumOfSquares(tf, a)), tf.sqrt(sumOfSquares(tf, b)));
  const cos = tf.div(tf.sum(tf.mul(a, b), 1, true), tf.maximum(norms, LEAST_DIVISOR));
  return tf.where(tf.lessEqual(norms, LEAST_DIVISOR), tf.onesLike(norms), tf.clipByValue(cos, -1, 1));
}

/** The article's cosine: members are divided by the Frobenius norms of all left and of all right members of their row. */
function frobeniusCosine(tf: Tfjs, { rows, states, inRegion }: Members): Tensor {
  const [left, right] = states as [Tensor, Tensor];
  const [count, features] = left.shape as [number, number];
  // The region of each row as one vector, so that rescaling keeps the proportions between its slots.
  const stack = (side: Tensor) =>
    rescaled(tf, tf.reshape(tf.mul(side, inRegion), [rows, (count / rows) * features])).states;
  const [a, b] = [stack(left), stack(right)];
  const norms = tf.mul(tf.sqrt(sumOfSquares(tf, a)), tf.sqrt(sumOfSquares(tf, b)));
  const dots = tf.sum(tf.reshape(tf.mul(a, b), [rows, count / rows, features]), 2);
  return tf.reshape(tf.clipByValue(tf.div(dots, tf.maximum(norms, LEAST_DIVISOR)), -1, 1), [count, 1]);
}

function norm(tf: Tfjs, states: Tensor): Tensor {
  const { states: unit, scale } = rescaled(tf, states);
  return tf.mul(tf.sqrt(sumOfSquares(tf, unit)), scale);
}

/** States divided by their largest magnitude, so that squares neither overflow nor vanish. */
function rescaled(tf: Tfjs, states: Tensor): { states: Tensor; scale: Tensor } {
  const scale = tf.maximum(tf.max(tf.abs(states), 1, true), LEAST_DIVISOR);
  return { states: tf.div(states, scale), scale };
}

function sumOfSquares(tf: Tfjs, states: Tensor): Tensor {
  return tf.sum(tf.square(states), 1, true);
}
