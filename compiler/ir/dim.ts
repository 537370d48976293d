import { GeodesicError } from '../error.js';

/**
 * The size of an axis: a number, or a sum of symbols with whole coefficients and a constant, such as `N+P` or `2*N+1`.
 *
 * Terms are sorted by symbol and have non-zero coefficients, so that equal dims have equal structure.
 */
export type Dim = number | SymbolicDim;

export interface SymbolicDim {
  readonly terms: readonly DimTerm[];
  readonly constant: number;
}

export interface DimTerm {
  readonly symbol: string;
  readonly coefficient: number;
}

/** Values of the symbols of a graph in one run. */
export type DimBindings = ReadonlyMap<string, number>;

/** A dim that is one symbol: `B` (rows), `N` (new tokens), `P` (cached tokens). */
export function symbolicDim(symbol: string): Dim {
  return { terms: [{ symbol, coefficient: 1 }], constant: 0 };
}

/** The sum of two dims: `N` and `P` make `N+P`. */
export function addDims(a: Dim, b: Dim): Dim {
  const coefficients = new Map<string, number>();
  for (const term of [...termsOf(a), ...termsOf(b)]) {
    coefficients.set(term.symbol, (coefficients.get(term.symbol) ?? 0) + term.coefficient);
  }
  return normalise(coefficients, constantOf(a) + constantOf(b));
}

export function dimsEqual(a: Dim, b: Dim): boolean {
  if (a === b) return true;
  if (typeof a === 'number' || typeof b === 'number') return false;
  return (
    a.constant === b.constant &&
    a.terms.length === b.terms.length &&
    a.terms.every((term, i) => {
      const other = b.terms[i];
      return term.symbol === other?.symbol && term.coefficient === other.coefficient;
    })
  );
}

/** Replaces symbols by dims; symbols that `replacements` does not name stay. */
export function substituteDim(dim: Dim, replacements: ReadonlyMap<string, Dim>): Dim {
  let result: Dim = constantOf(dim);
  for (const { symbol, coefficient } of termsOf(dim)) {
    result = addDims(result, scaleDim(replacements.get(symbol) ?? symbolicDim(symbol), coefficient));
  }
  return result;
}

/**
 * The number that a dim stands for in one run.
 *
 * @throws GeodesicError `ir.unbound-symbol` when a symbol has no value
 */
export function evaluateDim(dim: Dim, bindings: DimBindings): number {
  let value = constantOf(dim);
  for (const { symbol, coefficient } of termsOf(dim)) {
    const bound = bindings.get(symbol);
    if (bound === undefined) {
      throw new GeodesicError(
        'ir.unbound-symbol',
        `the dim ${printDim(dim)} has no value: '${symbol}' is not bound`,
      );
    }
    value += coefficient * bound;
  }
  return value;
}

/** Writes a dim the way `parseDim` reads it: `576`, `N`, `N+P`, `2*N+1`. */
export function printDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const parts = dim.terms.map(({ symbol, coefficient }) =>
    coefficient === 1 ? symbol : `${coefficient}*${symbol}`,
  );
  if (dim.constant !== 0) parts.push(String(dim.constant));
  return parts.join('+');
}

/** What symbols are made of, in graphs that can be printed and read again. */
const SYMBOL = '[A-Za-z_]\\w*';
const WHOLE_SYMBOL = new RegExp(`^${SYMBOL}$`);
const PART = new RegExp(`^(?:(-?\\d+)|(?:(-?\\d+)\\*)?(${SYMBOL}))$`);

/** Whether there can be a size like this, and `parseDim` reads it as `printDim` writes it. */
export function isReadableDim(dim: Dim): boolean {
  if (typeof dim === 'number') return dim >= 0 && Number.isSafeInteger(dim);
  const isReadable = ({ symbol, coefficient }: DimTerm) =>
    Number.isSafeInteger(coefficient) && WHOLE_SYMBOL.test(symbol);
  return Number.isSafeInteger(dim.constant) && dim.terms.every(isReadable);
}

/** @throws GeodesicError `ir.parse` when the text is not a dim */
export function parseDim(text: string): Dim {
  let result: Dim = 0;
  for (const part of text.split('+')) {
    const match = PART.exec(part.trim());
    if (!match)
      throw new GeodesicError('ir.parse', `'${text}' is not a dim; expected for example 576, N or N+P`);
    const [, constant, coefficient, symbol] = match;
    result = addDims(
      result,
      symbol === undefined ? Number(constant) : scaleDim(symbolicDim(symbol), Number(coefficient ?? 1)),
    );
  }
  return result;
}

function scaleDim(dim: Dim, factor: number): Dim {
  const coefficients = new Map(termsOf(dim).map(({ symbol, coefficient }) => [symbol, coefficient * factor]));
  return normalise(coefficients, constantOf(dim) * factor);
}

function termsOf(dim: Dim): readonly DimTerm[] {
  return typeof dim === 'number' ? [] : dim.terms;
}

function constantOf(dim: Dim): number {
  return typeof dim === 'number' ? dim : dim.constant;
}

function normalise(coefficients: ReadonlyMap<string, number>, constant: number): Dim {
  const terms = [...coefficients]
    .filter(([, coefficient]) => coefficient !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([symbol, coefficient]) => ({ symbol, coefficient }));
  return terms.length === 0 ? constant : { terms, constant };
}
