import { at, expect, featureAxis, floating, operand, rank, sameAxis } from '../axis-checks.js';
import { addDims, type Dim, printDim } from '../dim.js';
import { axis } from '../tensor-type.js';
import type { TypeRules } from '../type-rule.js';

/** Rules of what cuts, joins and turns axes. */
export const shapeRules = {
  slice([x], { start, size }) {
    const type = operand(x, 'x');
    const last = featureAxis(type);
    expect(
      Number.isSafeInteger(start) && Number.isSafeInteger(size) && start >= 0 && size > 0,
      `takes ${size} from ${start} on: a size is a whole number above 0, a start one of at least 0`,
    );
    expect(
      typeof last.size !== 'number' || start + size <= last.size,
      `takes [${start}, ${start + size}) of an axis of ${printDim(last.size)}`,
    );
    return { dtype: type.dtype, axes: [...type.axes.slice(0, -1), axis(size)] };
  },

  keepTopK([x], { count }) {
    const type = floating(operand(x, 'x'));
    const { size } = featureAxis(type);
    expect(
      Number.isSafeInteger(count) && count > 0 && (typeof size !== 'number' || count <= size),
      `keeps ${count} of an axis of ${printDim(size)}`,
    );
    return type;
  },

  concat(inputs) {
    const first = operand(inputs[0], 'first');
    let total: Dim = 0;
    for (const input of inputs) {
      expect(
        input.dtype === first.dtype && input.axes.length === first.axes.length,
        'needs operands of one dtype and rank',
      );
      for (const [i, entry] of input.axes.slice(0, -1).entries()) sameAxis(entry, at(first, i), `axis ${i}`);
      total = addDims(total, featureAxis(input).size);
    }
    return { dtype: first.dtype, axes: [...first.axes.slice(0, -1), axis(total)] };
  },

  transpose([x], { permutation }) {
    const type = operand(x, 'x');
    const sorted = [...permutation].sort((a, b) => a - b);
    expect(
      sorted.length === type.axes.length && sorted.every((value, i) => value === i),
      `[${permutation}] is not a permutation of ${type.axes.length} axes`,
    );
    return { dtype: type.dtype, axes: permutation.map((i) => at(type, i)) };
  },

  splitHeads([x], { heads }) {
    const type = rank(operand(x, 'x'), 3, 'x');
    const { size } = featureAxis(type);
    expect(Number.isSafeInteger(heads) && heads > 0, `needs a whole number of heads above 0, not ${heads}`);
    expect(
      typeof size === 'number' && size % heads === 0,
      `can't split ${printDim(size)} features into ${heads} heads`,
    );
    return {
      dtype: type.dtype,
      axes: [at(type, 0), at(type, 1), axis(heads), axis((size as number) / heads)],
    };
  },

  mergeHeads([x]) {
    const type = rank(operand(x, 'x'), 4, 'x');
    const heads = at(type, 2).size;
    const headDim = featureAxis(type).size;
    expect(typeof heads === 'number' && typeof headDim === 'number', 'needs fixed heads and features');
    return {
      dtype: type.dtype,
      axes: [at(type, 0), at(type, 1), axis((heads as number) * (headDim as number))],
    };
  },

  lastToken([x]) {
    const type = rank(operand(x, 'x'), 3, 'x');
    expect(at(type, 1).domain !== undefined, 'axis 1 is not a token axis');
    return { dtype: type.dtype, axes: [at(type, 0), at(type, 2)] };
  },
} satisfies Partial<TypeRules>;
