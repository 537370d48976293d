import type { Dim } from '@geodesic/compiler';
import type { GraphLowering } from './graph-lowering.js';
import type { GraphUnderConstruction, NodeName } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';

/** x · cos + swapped(x) · sin over the first rotaryDim features; the sines carry the sign of the swap. */
export const rope: GraphLowering<'rope'> = (graph, inputs, { interleaved }, axes) => {
  const [x, cos, sin] = inputs as readonly [GraphValue, GraphValue, GraphValue];
  const features = axes[3] as number;
  const rotary = cos.axes[3] as number;
  const turning = rotary === features ? x.whole : lastAxis(graph, x.whole, 0, rotary);
  const swapped = interleaved
    ? swapNeighbours(graph, turning, [...axes.slice(0, 3), rotary])
    : swapHalves(graph, turning);
  const turned = graph.op('AddV2', [
    graph.op('Mul', [turning, cos.whole]),
    graph.op('Mul', [swapped, sin.whole]),
  ]);
  const rest = () => lastAxis(graph, x.whole, rotary, features - rotary);
  return GraphValue.whole(graph, axes, rotary === features ? turned : graph.concat([turned, rest()], 3));
};

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
