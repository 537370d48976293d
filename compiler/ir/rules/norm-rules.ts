import { at, expect, featureAxis, floating, operand, rank, sameAxis } from '../axis-checks.js';
import type { TensorType } from '../tensor-type.js';
import type { TypeRules } from '../type-rule.js';

/** Rules of norms. */
export const normRules = {
  rmsNorm([x, weight], { eps }) {
    checkEps(eps);
    const type = floating(operand(x, 'x'));
    sameAxis(featureAxis(type), at(rank(operand(weight, 'weight'), 1, 'weight'), 0), 'the weight');
    return type;
  },

  layerNorm([x, weight, bias], { eps }) {
    checkEps(eps);
    const type = floating(operand(x, 'x'));
    trailingAxes(type, operand(weight, 'weight'), 'weight');
    if (bias !== undefined) trailingAxes(type, bias, 'bias');
    return type;
  },
} satisfies Partial<TypeRules>;

function checkEps(eps: number): void {
  expect(Number.isFinite(eps) && eps >= 0, `needs a finite eps of at least 0, not ${eps}`);
}

/** A weight of a norm: one vector for the last axis, or one a head. */
function trailingAxes(x: TensorType, weight: TensorType, what: string): void {
  const count = weight.axes.length;
  expect(count === 1 || count === 2, `needs a ${what} of one or two axes`);
  for (const [i, entry] of weight.axes.entries()) sameAxis(at(x, i - count), entry, `the ${what}`);
}
