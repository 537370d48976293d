import type { Dim } from '@geodesic/compiler';
import type { GraphLowerings } from './graph-lowering.js';
import { GraphValue } from './graph-value.js';

/** Ops around weight matrices, and reductions. */
export const products: GraphLowerings<'matmul' | 'linear' | 'embedding' | 'sum' | 'mean'> = {
  matmul(graph, inputs, _, axes) {
    const [a, b] = inputs as readonly [GraphValue, GraphValue];
    const op = axes.length === 2 ? 'MatMul' : 'BatchMatMulV2';
    return GraphValue.whole(graph, axes, graph.op(op, [a.whole, b.whole]));
  },

  /** One product of matrices over all rows: TensorFlow's MatMul is faster than BatchMatMulV2, above all for one row. */
  linear(graph, inputs, _, axes) {
    const [x, weight, bias] = inputs as readonly [GraphValue, GraphValue, GraphValue | undefined];
    const product = graph.op('MatMul', [x.matrix, weight.whole]);
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
