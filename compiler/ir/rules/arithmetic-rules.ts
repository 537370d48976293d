import { at, expect, featureAxis, floating, isUnit, operand, rank, sameAxis } from '../axis-checks.js';
import type { OpAttributes } from '../ops.js';
import { type Axis, axis, type TensorType, tensorType } from '../tensor-type.js';
import type { TypeRules } from '../type-rule.js';

/** Rules of what is computed number by number, and of products and sums. */
export const arithmeticRules = {
  constant(_, { value }: OpAttributes['constant']) {
    expect(typeof value === 'number', `needs a number, not ${String(value)}`);
    return tensorType('f32', []);
  },

  neg: elementwise,
  exp: elementwise,
  log: elementwise,
  sqrt: elementwise,
  rsqrt: elementwise,
  tanh: elementwise,
  sigmoid: elementwise,
  relu: elementwise,
  silu: elementwise,
  gelu: elementwise,
  geluTanh: elementwise,

  add: broadcast,
  sub: broadcast,
  mul: broadcast,
  div: broadcast,
  maximum: broadcast,
  minimum: broadcast,

  matmul([a, b]) {
    const left = floating(operand(a, 'left'));
    const right = floating(operand(b, 'right'));
    expect(
      left.axes.length >= 2 && left.axes.length === right.axes.length,
      'needs two operands of equal rank, 2 or more',
    );
    const batch = left.axes.slice(0, -2);
    for (const [i, entry] of batch.entries()) sameAxis(entry, at(right, i), `axis ${i}`);
    sameAxis(at(left, -1), at(right, -2), 'the contracted axis');
    return { dtype: 'f32', axes: [...batch, at(left, -2), at(right, -1)] };
  },

  linear([x, weight, bias]) {
    const states = floating(operand(x, 'x'));
    const matrix = rank(floating(operand(weight, 'weight')), 2, 'weight');
    sameAxis(at(states, -1), at(matrix, 0), 'the input features');
    if (bias !== undefined) sameAxis(at(rank(floating(bias), 1, 'bias'), 0), at(matrix, 1), 'the bias');
    return { dtype: 'f32', axes: [...states.axes.slice(0, -1), at(matrix, 1)] };
  },

  embedding([ids, table]) {
    const indices = operand(ids, 'ids');
    expect(indices.dtype === 'i32', 'needs i32 ids');
    const matrix = rank(operand(table, 'table'), 2, 'table');
    return { dtype: 'f32', axes: [...indices.axes, at(matrix, 0)] };
  },

  softmax: ([x]) => floating(operand(x, 'x')),
  sum: reduceLast,
  mean: reduceLast,
} satisfies Partial<TypeRules>;

function elementwise([x]: readonly TensorType[]): TensorType {
  return floating(operand(x, 'x'));
}

/** NumPy's broadcasting, where only an axis of size 1 without a domain stretches. */
function broadcast([a, b]: readonly TensorType[]): TensorType {
  const left = floating(operand(a, 'left'));
  const right = floating(operand(b, 'right'));
  const length = Math.max(left.axes.length, right.axes.length);
  const axes: Axis[] = [];
  for (let i = -length; i < 0; i++) {
    const [x, y] = [left.axes.at(i), right.axes.at(i)];
    if (x === undefined || isUnit(x)) axes.push(y ?? (x as Axis));
    else if (y === undefined || isUnit(y)) axes.push(x);
    else {
      sameAxis(x, y, `axis ${i} of left and right`);
      axes.push(x);
    }
  }
  return { dtype: 'f32', axes };
}

function reduceLast([x]: readonly TensorType[]): TensorType {
  const type = floating(operand(x, 'x'));
  featureAxis(type);
  return { dtype: 'f32', axes: [...type.axes.slice(0, -1), axis(1)] };
}
