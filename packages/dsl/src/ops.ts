import { GeodesicError, printType } from '@geodesic/compiler';
import { emit, type Tensor } from './tensor.js';

/** The primitive ops, for built-in blocks and for those that users write. Axes broadcast as in NumPy, except token axes. */

/** −x of each element. */
export const neg = (x: Tensor): Tensor => emit('neg', [x], {}, neg);
/** eˣ of each element. */
export const exp = (x: Tensor): Tensor => emit('exp', [x], {}, exp);
/** The natural logarithm of each element. */
export const log = (x: Tensor): Tensor => emit('log', [x], {}, log);
/** √x of each element. */
export const sqrt = (x: Tensor): Tensor => emit('sqrt', [x], {}, sqrt);
/** 1 / √x of each element. */
export const rsqrt = (x: Tensor): Tensor => emit('rsqrt', [x], {}, rsqrt);
/** The hyperbolic tangent of each element. */
export const tanh = (x: Tensor): Tensor => emit('tanh', [x], {}, tanh);
/** 1 / (1 + e⁻ˣ) of each element. */
export const sigmoid = (x: Tensor): Tensor => emit('sigmoid', [x], {}, sigmoid);
/** max(x, 0) of each element. */
export const relu = (x: Tensor): Tensor => emit('relu', [x], {}, relu);
/** x · sigmoid(x). */
export const silu = (x: Tensor): Tensor => emit('silu', [x], {}, silu);
/** x · Φ(x), with the error function. */
export const gelu = (x: Tensor): Tensor => emit('gelu', [x], {}, gelu);
/** The tanh approximation of `gelu`. */
export const geluTanh = (x: Tensor): Tensor => emit('geluTanh', [x], {}, geluTanh);
/** x · sigmoid(1.702x), a quick approximation of `gelu`. */
export const quickGelu = (x: Tensor): Tensor => mul(x, sigmoid(mul(x, 1.702)));
/** relu(x)² (So et al., 2021). */
export const reluSquared = (x: Tensor): Tensor => {
  const kept = relu(x);
  return mul(kept, kept);
};
/** cap · tanh(x / cap): x where it is small, and never beyond ±cap (Gemma 2). */
export const softcap = (x: Tensor, cap: number): Tensor => {
  const limit = positive(cap, 'softcap');
  return mul(tanh(mul(x, 1 / limit)), limit);
};
/** x where it is within [−limit, limit], else the nearer end. */
export const clip = (x: Tensor, limit: number): Tensor =>
  maximum(minimum(x, positive(limit, 'clip')), -limit);

/** a + b. */
export const add = (a: Tensor, b: Tensor | number): Tensor => emit('add', [a, scalar(a, b, add)], {}, add);
/** a − b. */
export const sub = (a: Tensor, b: Tensor | number): Tensor => emit('sub', [a, scalar(a, b, sub)], {}, sub);
/** a · b, element by element. */
export const mul = (a: Tensor, b: Tensor | number): Tensor => emit('mul', [a, scalar(a, b, mul)], {}, mul);
/** a / b, element by element. */
export const div = (a: Tensor, b: Tensor | number): Tensor => emit('div', [a, scalar(a, b, div)], {}, div);
/** The greater of a and b, element by element. */
export const maximum = (a: Tensor, b: Tensor | number): Tensor =>
  emit('maximum', [a, scalar(a, b, maximum)], {}, maximum);
/** The lesser of a and b, element by element. */
export const minimum = (a: Tensor, b: Tensor | number): Tensor =>
  emit('minimum', [a, scalar(a, b, minimum)], {}, minimum);

/** [..., m, k] × [..., k, n] → [..., m, n]. */
export const matmul = (a: Tensor, b: Tensor): Tensor => emit('matmul', [a, b], {}, matmul);
/** x [..., in] · weight [in, out] + bias [out]. */
export const linear = (x: Tensor, weight: Tensor, bias?: Tensor): Tensor =>
  emit('linear', bias === undefined ? [x, weight] : [x, weight, bias], {}, linear);
/** Over the last axis. */
export const softmax = (x: Tensor): Tensor => emit('softmax', [x], {}, softmax);
/** Over the last axis, which stays with size 1. */
export const sum = (x: Tensor): Tensor => emit('sum', [x], {}, sum);
/** Over the last axis, which stays with size 1. */
export const mean = (x: Tensor): Tensor => emit('mean', [x], {}, mean);
/** Elements [start, start + size) of the last axis. */
export const slice = (x: Tensor, start: number, size: number): Tensor =>
  emit('slice', [x], { start, size }, slice);
/** x where it is among the `count` largest of the last axis, 0 elsewhere. */
export const keepTopK = (x: Tensor, count: number): Tensor => emit('keepTopK', [x], { count }, keepTopK);
/** Along the last axis. */
export const concat = (first: Tensor, ...rest: Tensor[]): Tensor =>
  emit('concat', [first, ...rest], {}, concat);
/** Axis i of the result is axis permutation[i] of x. */
export const transpose = (x: Tensor, permutation: readonly number[]): Tensor =>
  emit('transpose', [x], { permutation }, transpose);
/** [B, N, heads·dim] → [B, N, heads, dim]. */
export const splitHeads = (x: Tensor, heads: number): Tensor =>
  emit('splitHeads', [x], { heads }, splitHeads);
/** [B, N, heads, dim] → [B, N, heads·dim]. */
export const mergeHeads = (x: Tensor): Tensor => emit('mergeHeads', [x], {}, mergeHeads);

/** The size of the last axis, which must be fixed. */
export function featuresOf(x: Tensor): number {
  const size = x.type.axes.at(-1)?.size;
  if (typeof size !== 'number') {
    throw new GeodesicError('dsl.features', `the last axis of ${printType(x.type)} has no fixed size`);
  }
  return size;
}

function scalar(a: Tensor, b: Tensor | number, callee: (...args: never[]) => Tensor): Tensor {
  if (typeof b !== 'number') return b;
  // It would make every number NaN, far from here; most often it was computed of a field that is not there.
  if (Number.isNaN(b))
    throw new GeodesicError('dsl.option', `at '${a.tracer.path}': NaN stands where a number should`);
  return a.tracer.emit('constant', [], { value: b }, callee);
}

function positive(value: number, name: string): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new GeodesicError('dsl.option', `${name} needs a positive number, not ${value}`);
}
