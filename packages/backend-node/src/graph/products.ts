import type { Dim } from '@geodesic/compiler';
import type { GraphLowerings } from './graph-lowering.js';
import type { GraphUnderConstruction, NodeName } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';

/** Numbers in the smallest weight whose product is parted: reading it takes far longer than starting an op. */
const LARGE = 2 ** 18;
/** Split parts a matrix without a copy where its rows fill whole units of this many numbers, as TensorFlow aligns memory. */
const ALIGNED = 16;

/** Ops around weight matrices, and reductions. */
export const products: GraphLowerings<'matmul' | 'linear' | 'embedding' | 'sum' | 'mean'> = {
  matmul(graph, inputs, _, axes) {
    const [a, b] = inputs as readonly [GraphValue, GraphValue];
    const op = axes.length === 2 ? 'MatMul' : 'BatchMatMulV2';
    return GraphValue.whole(graph, axes, graph.op(op, [a.whole, b.whole]));
  },

  linear(graph, inputs, _, axes) {
    const [x, weight, bias] = inputs as readonly [GraphValue, GraphValue, GraphValue | undefined];
    const product = isParted(weight)
      ? partedProduct(graph, x, weight)
      : graph.op('MatMul', [x.matrix, weight.whole]);
    const result = bias === undefined ? product : graph.op('BiasAdd', [product, bias.whole]);
    return GraphValue.matrix(graph, axes, result);
  },

  /** Columns of the table: tables are stored as the head's weight is. */
  embedding(graph, inputs, _, axes) {
    const [ids, table] = inputs as readonly [GraphValue, GraphValue];
    const flat = graph.reshape(ids.whole, [ids.axes], 'int32');
    const columns = graph.gather(table.whole, flat, { axis: 1 });
    return GraphValue.matrix(graph, axes, graph.transpose(columns, [1, 0]));
  },

  sum: (graph, inputs) => (inputs[0] as GraphValue).map((x) => graph.reduce('Sum', x, [-1]), 1 as Dim),
  mean: (graph, inputs) => (inputs[0] as GraphValue).map((x) => graph.reduce('Mean', x, [-1]), 1 as Dim),
};

/** Whether a weight [inputs, outputs] is large, and can be halved in place. */
function isParted({ axes }: GraphValue): boolean {
  const [inputs, outputs] = axes as readonly [Dim, Dim];
  if (typeof inputs !== 'number' || typeof outputs !== 'number') return false;
  return inputs * outputs >= LARGE && inputs % 2 === 0 && outputs % ALIGNED === 0;
}

/**
 * x · W as x₁ · W₁ + x₂ · W₂ over the halves of the inputs, which are views of the weight. Two ops run on two threads without
 * waiting for each other, where one op that is parted among threads waits for all of them at its end: for one row, as long as
 * it computes.
 */
function partedProduct(graph: GraphUnderConstruction, x: GraphValue, weight: GraphValue): NodeName {
  const halves = weight.halves(0);
  const [first, second] = x.halves(1).map((half, i) => graph.op('MatMul', [half, halves[i] as NodeName]));
  return graph.op('AddV2', [first as NodeName, second as NodeName]);
}
