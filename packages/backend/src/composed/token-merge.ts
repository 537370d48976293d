import type { Interpolation } from '@geodesic/compiler';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Lowering } from '../lowering-table.js';
import type { Tfjs } from '../tfjs.js';

/** Above this |cos| two states are close to parallel or opposite, and linear interpolation takes over. */
const LINEAR_ABOVE = 0.9995;
/** Divisor for states that are all zero; any other state is larger after rescaling. */
const TINY = 1e-30;

/** The members of every slot: [slots, features] each, zero where a slot has none, and which slots they fill, [slots, 1]. */
interface Members {
  readonly rows: number;
  readonly left: Tensor;
  readonly right: Tensor;
  /** 1 where a slot has both members, else 0. */
  readonly isPair: Tensor;
  /** 1 where a slot lies in the region that merging works on, else 0. */
  readonly inRegion: Tensor;
}

/** Gathers the members of each slot and combines them; a slot with one member keeps it exactly. */
export const tokenMerge: Lowering<'tokenMerge'> = ({ tf }, [x, plan], { interpolation }) => {
  const members = gatherMembers(tf, x as Tensor, plan as Tensor);
  const { left, right, isPair } = members;
  const [rows, slots] = (plan as Tensor).shape as [number, number, number];
  const shape = [rows, slots, (x as Tensor).shape[2] as number];
  if (interpolation === 'drop') return tf.reshape(tf.add(tf.mul(left, tf.sub(1, isPair)), right), shape);
  const weight = tf.where(tf.greater(isPair, 0), pairWeight(tf, members, interpolation), tf.onesLike(isPair));
  return tf.reshape(tf.add(tf.mul(left, weight), tf.mul(right, weight)), shape);
};

/** Cosine and norm ratio of each pair; 1 and 1 for a slot of one member. */
export const mergeStatistics: Lowering<'mergeStatistics'> = ({ tf }, [x, plan]) => {
  const { left, right, isPair } = gatherMembers(tf, x as Tensor, plan as Tensor);
  const ratio = tf.div(norm(tf, left), tf.maximum(norm(tf, right), TINY));
  const statistics = tf.concat([cosine(tf, left, right), ratio], 1);
  const [rows, slots] = (plan as Tensor).shape as [number, number, number];
  return tf.reshape(tf.where(tf.greater(isPair, 0), statistics, tf.onesLike(statistics)), [rows, slots, 2]);
};

function gatherMembers(tf: Tfjs, x: Tensor, plan: Tensor): Members {
  const [rows, tokens, features] = x.shape as [number, number, number];
  const slots = plan.shape[1] as number;
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
  const [left, right] = [member(column(0)), member(column(1))];
  const inRegion = tf.reshape(tf.cast(column(2), 'float32'), [rows * slots, 1]);
  return {
    rows,
    left: left.states,
    right: right.states,
    isPair: tf.mul(left.present, right.present),
    inRegion,
  };
}

/** The factor of both members of a pair, [slots, 1]. */
function pairWeight(tf: Tfjs, members: Members, interpolation: Exclude<Interpolation, 'drop'>): Tensor {
  const { left, right } = members;
  switch (interpolation) {
    case 'mean':
      return tf.fill([left.shape[0] as number, 1], 0.5);
    case 'norm-preserving':
      return normPreservingWeight(tf, left, right);
    case 'slerp':
      return slerpWeight(tf, cosine(tf, left, right));
    case 'reference':
      return slerpWeight(tf, frobeniusCosine(tf, members));
  }
}

/**
 * SLERP at t = ½: sin(ω/2) / sin ω = 1 / (2 cos(ω/2)) = 1 / √(2 (1 + cos ω)), the same for both members, so that no arc cosine
 * is needed. The divisor is guarded inside the select, so that neither branch can make a NaN.
 */
function slerpWeight(tf: Tfjs, cos: Tensor): Tensor {
  const gain = tf.rsqrt(tf.mul(tf.maximum(tf.add(cos, 1), 1 - LINEAR_ABOVE), 2));
  return tf.where(tf.greater(tf.abs(cos), LINEAR_ABOVE), tf.fill(cos.shape, 0.5), gain);
}

/** The direction of the mean at the larger of the two norms. */
function normPreservingWeight(tf: Tfjs, left: Tensor, right: Tensor): Tensor {
  const total = norm(tf, tf.add(left, right));
  const larger = tf.maximum(norm(tf, left), norm(tf, right));
  const opposite = tf.lessEqual(total, TINY);
  return tf.where(opposite, tf.fill(total.shape, 0.5), tf.div(larger, tf.maximum(total, TINY)));
}

/** Cosine of each pair, clamped; 1, which means linear interpolation, where a member is zero. */
function cosine(tf: Tfjs, left: Tensor, right: Tensor): Tensor {
  const [a, b] = [rescaled(tf, left).states, rescaled(tf, right).states];
  const norms = tf.mul(tf.sqrt(sumOfSquares(tf, a)), tf.sqrt(sumOfSquares(tf, b)));
  const cos = tf.div(tf.sum(tf.mul(a, b), 1, true), tf.maximum(norms, TINY));
  return tf.where(tf.lessEqual(norms, TINY), tf.onesLike(norms), tf.clipByValue(cos, -1, 1));
}

/** The article's cosine: members are divided by the Frobenius norms of all left and of all right members of their row. */
function frobeniusCosine(tf: Tfjs, { rows, left, right, inRegion }: Members): Tensor {
  const [count, features] = left.shape as [number, number];
  // The region of each row as one vector, so that rescaling keeps the proportions between its slots.
  const stack = (states: Tensor) =>
    rescaled(tf, tf.reshape(tf.mul(states, inRegion), [rows, (count / rows) * features])).states;
  const [a, b] = [stack(left), stack(right)];
  const norms = tf.mul(tf.sqrt(sumOfSquares(tf, a)), tf.sqrt(sumOfSquares(tf, b)));
  const dots = tf.sum(tf.reshape(tf.mul(a, b), [rows, count / rows, features]), 2);
  return tf.reshape(tf.clipByValue(tf.div(dots, tf.maximum(norms, TINY)), -1, 1), [count, 1]);
}

function norm(tf: Tfjs, states: Tensor): Tensor {
  const { states: unit, scale } = rescaled(tf, states);
  return tf.mul(tf.sqrt(sumOfSquares(tf, unit)), scale);
}

/** States divided by their largest magnitude, so that squares neither overflow nor vanish. */
function rescaled(tf: Tfjs, states: Tensor): { states: Tensor; scale: Tensor } {
  const scale = tf.maximum(tf.max(tf.abs(states), 1, true), TINY);
  return { states: tf.div(states, scale), scale };
}

function sumOfSquares(tf: Tfjs, states: Tensor): Tensor {
  return tf.sum(tf.square(states), 1, true);
}
