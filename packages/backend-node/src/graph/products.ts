import type { Dim } from '@geodesic/compiler';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphLowerings } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/** Numbers in the smallest weight whose product is two: reading it takes far longer than starting an op. */
const LARGE = 2 ** 18;
/** Split halves a matrix without a copy where its rows fill whole units of this many numbers, as TensorFlow aligns memory. */
const ALIGNED = 16;

/** Ops around weight matrices, and reductions. */
export const products: GraphLowerings<'matmul' | 'linear' | 'embedding' | 'sum' | 'mean'> = {
  matmul(graph, inputs, _, axes) {
    const [a, b] = inputs as readonly [GraphValue, GraphValue];
    const op = axes.length === 2 ? 'MatMul' : 'BatchMatMulV2';
    return GraphValue.whole(graph, axes, graph.op(op, [a.whole, b.whole]));
  },

  /**
   * Products of matrices over all rows: TensorFlow's MatMul is faster than BatchMatMulV2, above all for one row. Many rows are halved
   * and so are the inputs of a large weight, for two threads that need not wait for each other; one op that is parted among threads
   * waits for all of them at its end, as long as a product with one row takes. All products of many rows are: what a row's numbers
   * are to the last bit depends on how many it is multiplied with, and must not depend on who else reads them or replaces them.
   */
  linear(graph, inputs, _, axes) {
    const [x, weight, bias] = inputs as readonly [GraphValue, GraphValue, GraphValue | undefined];
    const biased = (product: NodeName) =>
      bias === undefined ? product : graph.op('BiasAdd', [product, bias.whole]);
    const times = (left: NodeName, right: NodeName) => graph.op('MatMul', [left, right]);
    if (graph.halvesTokens(axes)) {
      const halves = x.rowHalves.map((half) => biased(times(half, weight.whole)));
      return GraphValue.halved(graph, axes, halves);
    }
    const terms = halvesInPlace(weight)
      ? productsOfHalves(graph, x, weight)
      : [times(x.matrix, weight.whole)];
    return bias === undefined && terms.length > 1
      ? GraphValue.sum(graph, axes, terms)
      : GraphValue.matrix(graph, axes, biased(terms.length > 1 ? graph.sum(terms) : (terms[0] as NodeName)));
  },

  /**
   * Columns of the table, since tables are stored as the head's weight is. Each number of a column is far from the next, and reading it
   * takes as long as from memory: tokens that occur again are read once, and the halves of a large table at the same time.
   */
  embedding(graph, inputs, _, axes) {
    const [ids, table] = inputs as readonly [GraphValue, GraphValue];
    const flat = graph.reshape(ids.whole, [ids.axes], 'int32');
    const rowsOf = (part: NodeName, columns: NodeName) =>
      graph.transpose(graph.gather(part, columns, { axis: 1 }), [1, 0]);
    if (!graph.halvesTokens(axes)) return GraphValue.matrix(graph, axes, rowsOf(table.whole, flat));
    const distinct = graph.op('Unique', [flat], { out_idx: { type: 'int32' } }, 'int32');
    const parts = halvesInPlace(table) ? graph.split(table.whole, 2, 0) : [table.whole];
    const rows = parts.map((part) => rowsOf(part, distinct));
    const together = rows.length > 1 ? graph.concat(rows, 1) : (rows[0] as NodeName);
    return GraphValue.ofTokens(graph, axes, graph.gather(together, `${distinct}:1`, { axis: 0 }));
  },

  sum: (graph, inputs) => (inputs[0] as GraphValue).map((x) => graph.reduce('Sum', x, [-1]), 1 as Dim),
  mean: (graph, inputs) => (inputs[0] as GraphValue).map((x) => graph.reduce('Mean', x, [-1]), 1 as Dim),
};

function isLarge({ axes }: GraphValue): boolean {
  const [inputs, outputs] = axes;
  return typeof inputs === 'number' && typeof outputs === 'number' && inputs * outputs >= LARGE;
}

/** Whether a weight [inputs, outputs] is large, and its halves along the inputs are views of it. */
function halvesInPlace(weight: GraphValue): boolean {
  const [inputs, outputs] = weight.axes as readonly [number, number];
  return isLarge(weight) && inputs % 2 === 0 && outputs % ALIGNED === 0;
}

/** x₁ · W₁ and x₂ · W₂ over the halves of the inputs, whose sum is x · W. */
function productsOfHalves(
  graph: GraphUnderConstruction,
  x: GraphValue,
  weight: GraphValue,
): readonly NodeName[] {
  const weights = graph.split(weight.whole, 2, 0);
  return x.columnHalves.map((half, i) => graph.op('MatMul', [half, weights[i] as NodeName]));
}
