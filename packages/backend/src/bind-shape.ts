import {
  type AnyNode,
  type Dim,
  describeNode,
  evaluateDim,
  GeodesicError,
  printType,
} from '@geodesic/compiler';

/**
 * Matches the shape of a given value with its declared type and binds the symbols it is the first to show.
 *
 * @throws GeodesicError `run.input` when they don't match
 */
export function bindShape(node: AnyNode, shape: readonly number[], bindings: Map<string, number>): void {
  const mismatch = () =>
    new GeodesicError(
      'run.input',
      `${describeNode(node)} has shape [${shape}], declared ${printType(node.type)}`,
    );
  if (shape.length !== node.type.axes.length) throw mismatch();
  node.type.axes.forEach(({ size }, i) => {
    const actual = shape[i] as number;
    const symbol = freeSymbol(size, bindings);
    if (symbol !== undefined) bindings.set(symbol, actual);
    else if (evaluateDim(size, bindings) !== actual) throw mismatch();
  });
}

/** The symbol that a dim consists of, if it has no value yet. */
function freeSymbol(dim: Dim, bindings: ReadonlyMap<string, number>): string | undefined {
  if (typeof dim === 'number' || dim.constant !== 0 || dim.terms.length !== 1) return undefined;
  const term = dim.terms[0];
  return term?.coefficient === 1 && !bindings.has(term.symbol) ? term.symbol : undefined;
}
