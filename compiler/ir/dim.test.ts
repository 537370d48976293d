import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDims,
  type Dim,
  dimsEqual,
  evaluateDim,
  parseDim,
  printDim,
  substituteDim,
  symbolicDim,
} from './dim.js';

const SYMBOLS = ['B', 'N', 'P', 'N0_1'];

interface Sum {
  readonly constant: number;
  readonly coefficients: readonly number[];
}

const sum: fc.Arbitrary<Sum> = fc.record({
  constant: fc.integer({ min: -50, max: 50 }),
  coefficients: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 }),
});
/** In an order and with zero terms that a dim does not keep. */
const dimOf = ({ constant, coefficients }: Sum): Dim =>
  parseDim([...coefficients.map((factor, i) => `${factor}*${SYMBOLS[i]}`).reverse(), constant].join('+'));
const dim = sum.map(dimOf);
const numbers = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 4, maxLength: 4 });
const bind = (values: readonly number[]) =>
  new Map(SYMBOLS.map((symbol, i) => [symbol, values[i] as number]));

describe('dims', () => {
  it('stand for the sums that they were written as', () => {
    fc.assert(
      fc.property(sum, numbers, (terms, values) => {
        const expected = terms.coefficients.reduce(
          (total, factor, i) => total + factor * (values[i] as number),
          terms.constant,
        );
        expect(evaluateDim(dimOf(terms), bind(values))).toBe(expected);
      }),
    );
  });

  it('are equal exactly when their constants and coefficients are', () => {
    fc.assert(
      fc.property(sum, sum, (a, b) => {
        const same = a.constant === b.constant && a.coefficients.every((c, i) => c === b.coefficients[i]);
        expect(dimsEqual(dimOf(a), dimOf(b))).toBe(same);
        expect(dimsEqual(dimOf(a), dimOf({ ...a, coefficients: [...a.coefficients] }))).toBe(true);
      }),
    );
  });

  it('add as their values do, in any order', () => {
    fc.assert(
      fc.property(dim, dim, dim, numbers, (a, b, c, values) => {
        const at = bind(values);
        expect(evaluateDim(addDims(a, b), at)).toBe(evaluateDim(a, at) + evaluateDim(b, at));
        expect(addDims(a, b)).toEqual(addDims(b, a));
        expect(addDims(addDims(a, b), c)).toEqual(addDims(a, addDims(b, c)));
        expect(addDims(a, 0)).toEqual(a);
      }),
    );
  });

  it('print as they parse', () => {
    fc.assert(
      fc.property(dim, (a) => {
        expect(parseDim(printDim(a))).toEqual(a);
      }),
    );
    expect(printDim(addDims(symbolicDim('P'), symbolicDim('N')))).toBe('N+P');
    expect(printDim(parseDim('N + N + 1'))).toBe('2*N+1');
    expect(printDim(576)).toBe('576');
  });

  it('become numbers when their symbols cancel out', () => {
    expect(addDims(symbolicDim('N'), parseDim('-1*N+7'))).toBe(7);
  });

  it('are substituted all at once', () => {
    fc.assert(
      fc.property(dim, dim, dim, numbers, (a, forN, forP, values) => {
        const at = bind(values);
        const replaced = substituteDim(a, new Map([['N', forN] as const, ['P', forP] as const]));
        const bound = new Map([...at, ['N', evaluateDim(forN, at)], ['P', evaluateDim(forP, at)]]);
        expect(evaluateDim(replaced, at)).toBe(evaluateDim(a, bound));
      }),
    );
    const swap = new Map([
      ['N', symbolicDim('P')],
      ['P', symbolicDim('N')],
    ]);
    expect(printDim(substituteDim(parseDim('2*N+P'), swap))).toBe('N+2*P');
  });

  it('say which symbol has no value', () => {
    expect(() => evaluateDim(parseDim('N+P'), new Map([['N', 3]]))).toThrow(
      "the dim N+P has no value: 'P' is not bound",
    );
  });

  it.each(['', 'N+', '1.5', 'N*2', '2N', '-N', 'a b'])('refuse the text %j', (text) => {
    expect(() => parseDim(text)).toThrow(`'${text}' is not a dim`);
  });
});
