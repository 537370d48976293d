import { addDims, type Dim } from '@geodesic/compiler';
import { capacityOf } from './buffer-dims.js';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphLowerings } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/** Ops that move numbers without computing with them. */
export const layout: GraphLowerings<
  'slice' | 'concat' | 'transpose' | 'splitHeads' | 'mergeHeads' | 'cacheAppend' | 'enterDomain' | 'lastToken'
> = {
  slice(graph, inputs, { start, size }) {
    const [x] = inputs as readonly [GraphValue];
    const rank = x.isMatrix ? 2 : x.axes.length;
    const leading = new Array<number>(rank - 1).fill(0);
    const [begin, sizes] = [
      [...leading, start],
      [...leading.map(() => -1), size],
    ];
    return x.map((node) => graph.slice(node, begin, sizes, x.dtype), size);
  },

  concat(graph, inputs, _, axes) {
    const dtype = (inputs[0] as GraphValue).dtype;
    if (inputs.length === 1) return inputs[0] as GraphValue;
    return GraphValue.whole(
      graph,
      axes,
      graph.concat(
        inputs.map((input) => input.whole),
        axes.length - 1,
        dtype,
      ),
      dtype,
    );
  },

  transpose(graph, inputs, { permutation }, axes) {
    const [x] = inputs as readonly [GraphValue];
    return GraphValue.whole(graph, axes, graph.transpose(x.whole, permutation, x.dtype), x.dtype);
  },

  splitHeads(graph, inputs, _, axes) {
    const [x] = inputs as readonly [GraphValue];
    if (x.isHalved) return GraphValue.halved(graph, axes, reshaped(graph, x.rowHalves, axes.at(-1) as Dim));
    return GraphValue.inOrder(graph, axes, x.inOrder, x.dtype);
  },

  mergeHeads(graph, inputs, _, axes) {
    const [x] = inputs as readonly [GraphValue];
    const features = axes[2] as number;
    if (x.isHalved) return GraphValue.halved(graph, axes, reshaped(graph, x.rowHalves, features));
    return GraphValue.matrix(graph, axes, graph.reshape(x.inOrder, [axes.slice(0, 2), features], x.dtype));
  },

  cacheAppend(graph, inputs, _, axes) {
    const [past, added] = inputs as readonly [GraphValue, GraphValue];
    if (past.buffer !== undefined) return GraphValue.buffered(graph, axes, appendInPlace(graph, past, added));
    return GraphValue.whole(graph, axes, graph.concat([past.whole, added.whole], 1, past.dtype), past.dtype);
  },

  enterDomain: (_, inputs) => inputs[0] as GraphValue,

  lastToken(graph, inputs, _, axes) {
    const [x] = inputs as readonly [GraphValue];
    const bounds = { begin: [0, -1, 0], end: [0, 0, 0] };
    const last = graph.stridedSlice(x.whole, bounds, { begin: 0b101, end: 0b111, shrink: 0b010 }, x.dtype);
    return GraphValue.whole(graph, axes, last, x.dtype);
  },
};

/** Halves of a matrix as those of one with the same numbers in other rows. */
function reshaped(graph: GraphUnderConstruction, halves: readonly NodeName[], features: Dim): NodeName[] {
  return halves.map((half) => graph.reshape(half, [-1, features]));
}

/**
 * Writes new keys or values behind those of a buffer, and gives the buffer: InplaceUpdate writes to the memory of what it is fed,
 * which no other op would.
 */
function appendInPlace(graph: GraphUnderConstruction, past: GraphValue, added: GraphValue): NodeName {
  const [rows, tokens, heads, dim] = past.axes as readonly [Dim, Dim, number, number];
  const places = graph.feeds.appendedRows(rows, heads, tokens, added.axes[1] as Dim);
  const flat = graph.reshape(past.buffer as NodeName, [-1, dim]);
  const vectors = graph.reshape(added.axes[1] === 1 ? added.inOrder : added.headsFirst, [-1, dim]);
  const updated = graph.op('InplaceUpdate', [flat, places, vectors]);
  const capacity = capacityOf(addDims(tokens, added.axes[1] as Dim));
  return graph.reshape(updated, [rows, heads, capacity, dim]);
}
