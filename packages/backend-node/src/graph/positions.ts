import type { Dim } from '@geodesic/compiler';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphLowering } from './lowering-types.js';
import type { NodeName } from './node-name.js';

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
  if (rotary === features) {
    return GraphValue.scalable(graph, axes, (factor) => {
      const [cosines, sines] = [cos.times(factor), sin.times(factor)];
      if (x.isHalved) return turnedHalves(graph, x, [cosines, sines], interleaved);
      const turns = { cos: cosines.whole, sin: sines.whole, axes, interleaved };
      return GraphValue.whole(graph, axes, turned(graph, x.whole, turns));
    });
  }
  const turns = { cos: cos.whole, sin: sin.whole, axes: [...axes.slice(0, 3), rotary], interleaved };
  const first = turned(graph, lastAxis(graph, x.whole, 0, rotary), turns);
  const rest = lastAxis(graph, x.whole, rotary, features - rotary);
  return GraphValue.whole(graph, axes, graph.concat([first, rest], 3));
};

/** What turns heads of some axes; the axis of the heads has size 1 in the cosines and sines. */
interface Turns {
  readonly cos: NodeName;
  readonly sin: NodeName;
  readonly axes: readonly Dim[];
  readonly interleaved: boolean;
}

function turned(
  graph: GraphUnderConstruction,
  x: NodeName,
  { cos, sin, axes, interleaved }: Turns,
): NodeName {
  const swapped = interleaved ? swapNeighbours(graph, x, axes) : swapHalves(graph, x, axes.length - 1);
  return graph.op('AddV2', [graph.op('Mul', [x, cos]), graph.op('Mul', [swapped, sin])]);
}

/** Each half of the tokens turned by itself, as it was computed. */
function turnedHalves(
  graph: GraphUnderConstruction,
  x: GraphValue,
  [cos, sin]: readonly [GraphValue, GraphValue],
  interleaved: boolean,
): GraphValue {
  const [heads, features] = x.axes.slice(2) as [Dim, Dim];
  const ofHalf = (value: GraphValue, i: number) =>
    graph.reshape(value.rowHalves[i] as NodeName, [-1, 1, features]);
  const halves = x.rowHalves.map((half, i) => {
    const turns = { cos: ofHalf(cos, i), sin: ofHalf(sin, i), axes: [-1, heads, features], interleaved };
    const whole = turned(graph, graph.reshape(half, [-1, heads, features]), turns);
    return graph.reshape(whole, [-1, features]);
  });
  return GraphValue.halved(graph, x.axes, halves);
}

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
function swapHalves(graph: GraphUnderConstruction, x: NodeName, axis: number): NodeName {
  const [first, second] = graph.split(x, 2, axis);
  return graph.concat([second as NodeName, first as NodeName], axis);
}

function swapNeighbours(graph: GraphUnderConstruction, x: NodeName, axes: readonly Dim[]): NodeName {
  const pairs = graph.reshape(x, [-1, (axes.at(-1) as number) / 2, 2]);
  const swapped = graph.op('ReverseV2', [pairs, graph.integers([2])], { Tidx: { type: 'int32' } });
  return graph.reshape(swapped, axes);
}

function lastAxis(graph: GraphUnderConstruction, x: NodeName, start: number, size: number): NodeName {
  return graph.slice(x, [0, 0, 0, start], [-1, -1, -1, size]);
}
