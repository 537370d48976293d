import type { Dim } from '@geodesic/compiler';
import type { GraphLowering } from './graph-lowering.js';
import type { GraphUnderConstruction, NodeName } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';

/**
 * x · cos + swapped(x) · sin over the first rotaryDim features; the sines carry the sign of the swap. A factor of the result is one of
 * the cosines and sines, which all layers share; with a single token they are one matrix that its heads are multiplied with.
 */
export const rope: GraphLowering<'rope'> = (graph, inputs, { interleaved }, axes) => {
  const [x, cos, sin] = inputs as readonly [GraphValue, GraphValue, GraphValue];
  const [rows, tokens, , features] = axes as readonly [Dim, Dim, Dim, number];
  const rotary = cos.axes[3] as number;
  if (rotary === features && rows === 1 && tokens === 1) {
    return GraphValue.scalable(graph, axes, (factor) => {
      const turns = rotation(graph, [cos.times(factor), sin.times(factor)], interleaved);
      return GraphValue.matrix(graph, axes, graph.op('MatMul', [x.matrix, turns]));
    });
  }
  const turned = (turning: NodeName, factor: number) => {
    const swapped = interleaved
      ? swapNeighbours(graph, turning, [...axes.slice(0, 3), rotary])
      : swapHalves(graph, turning);
    return graph.op('AddV2', [
      graph.op('Mul', [turning, cos.times(factor).whole]),
      graph.op('Mul', [swapped, sin.times(factor).whole]),
    ]);
  };
  if (rotary === features) {
    const all = (factor: number) => GraphValue.whole(graph, axes, turned(x.whole, factor));
    return GraphValue.scalable(graph, axes, all);
  }
  const first = turned(lastAxis(graph, x.whole, 0, rotary), 1);
  const rest = lastAxis(graph, x.whole, rotary, features - rotary);
  return GraphValue.whole(graph, axes, graph.concat([first, rest], 3));
};

/** The matrix that turns one token's features by its cosines and sines [1, 1, 1, features]. */
function rotation(
  graph: GraphUnderConstruction,
  [cos, sin]: readonly [GraphValue, GraphValue],
  interleaved: boolean,
): NodeName {
  const size = cos.axes[3] as number;
  const columns = (values: GraphValue, row: (column: number) => number) =>
    graph.op('Mul', [selection(graph, size, row), graph.reshape(values.inOrder, [1, size])]);
  return cos.once(`rotation with ${sin.inOrder}, ${interleaved}`, () =>
    graph.op('AddV2', [columns(cos, (i) => i), columns(sin, partner(size, interleaved))]),
  );
}

/** Which feature turns together with another. */
const partner = (size: number, interleaved: boolean) => (i: number) =>
  interleaved ? i ^ 1 : (i + size / 2) % size;

/** [size, size]: column i is 1 in the row that it selects. */
function selection(graph: GraphUnderConstruction, size: number, row: (column: number) => number): NodeName {
  const data = new Float32Array(size * size);
  for (let column = 0; column < size; column++) data[row(column) * size + column] = 1;
  return graph.constant({ shape: [size, size], data });
}

/** slope · (key position − query position): positions [B, N] and [B, T] → [B, heads, N, T]. */
export const alibiBias: GraphLowering<'alibiBias'> = (graph, inputs, { slopes }, axes) => {
  const [queries, keys] = inputs as readonly [GraphValue, GraphValue];
  const [rows, , queryCount, keyCount] = axes as readonly [Dim, Dim, Dim, Dim];
  const distances = graph.op('Sub', [
    graph.reshape(keys.whole, [rows, 1, 1, keyCount]),
    graph.reshape(queries.whole, [rows, 1, queryCount, 1]),
  ]);
  const factors = graph.constant({ shape: [1, slopes.length, 1, 1], data: Float32Array.from(slopes) });
  return GraphValue.whole(graph, axes, graph.op('Mul', [distances, factors]));
};

/** By two ops that copy: Roll does the same, but is parted among threads, which costs more than a token's copy. */
function swapHalves(graph: GraphUnderConstruction, x: NodeName): NodeName {
  const [first, second] = graph.split(x, 2, 3);
  return graph.concat([second as NodeName, first as NodeName], 3);
}

function swapNeighbours(graph: GraphUnderConstruction, x: NodeName, axes: readonly Dim[]): NodeName {
  const pairs = graph.reshape(x, [axes.slice(0, 3), (axes[3] as number) / 2, 2]);
  const swapped = graph.op('ReverseV2', [pairs, graph.integers([2])], { Tidx: { type: 'int32' } });
  return graph.reshape(swapped, axes);
}

function lastAxis(graph: GraphUnderConstruction, x: NodeName, start: number, size: number): NodeName {
  return graph.slice(x, [0, 0, 0, start], [-1, -1, -1, size]);
}
