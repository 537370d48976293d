import type { GraphUnderConstruction } from './graph-under-construction.js';
import type { GraphValue } from './graph-value.js';
import type { GraphLowering } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/** x where fewer than `count` others of its axis come before it, being larger, or equal and earlier; 0 elsewhere. */
export const keepTopK: GraphLowering<'keepTopK'> = (graph, inputs, { count }) => {
  const [x] = inputs as readonly [GraphValue];
  const size = x.axes.at(-1) as number;
  return x.map((node) => {
    const others = graph.expand(node, -2);
    const own = graph.expand(node, -1);
    const larger = compare(graph, 'Greater', others, own);
    const equalBefore = graph.op('Mul', [compare(graph, 'Equal', others, own), before(graph, size)]);
    const ahead = graph.op('AddV2', [larger, equalBefore]);
    const axis = graph.integers([-1]);
    const rank = graph.op('Sum', [ahead, axis], { Tidx: { type: 'int32' }, keep_dims: { boolean: false } });
    return graph.op('Mul', [node, compare(graph, 'Less', rank, graph.scalar(count))]);
  });
};

/** 1 where the comparison holds, else 0. */
function compare(graph: GraphUnderConstruction, op: string, a: NodeName, b: NodeName): NodeName {
  return graph.cast(graph.op(op, [a, b]), 'bool', 'float32');
}

/** [size, size]: 1 where the column comes before the row. */
function before(graph: GraphUnderConstruction, size: number): NodeName {
  const data = Float32Array.from({ length: size * size }, (_, i) =>
    i % size < Math.floor(i / size) ? 1 : 0,
  );
  return graph.constant({ shape: [size, size], data });
}
