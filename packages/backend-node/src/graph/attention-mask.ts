import { type Dim, MASKED } from '@geodesic/compiler';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphLowering } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/** The op `attentionMask`. Padding stands at −1: a query there sees keys of padding alone, and these add what masks. */
export const attentionMask: GraphLowering<'attentionMask'> = (
  graph,
  inputs,
  { window, proportional },
  axes,
) => {
  const [queryExtents, querySizes, keyExtents, keySizes] = inputs as readonly [
    GraphValue,
    GraphValue,
    GraphValue,
    GraphValue,
  ];
  const [rows, , queryCount, keyCount] = axes as readonly [Dim, Dim, Dim, Dim];
  const [masked, none] = [graph.scalar(MASKED), graph.scalar(0)];
  const queries = graph.reshape(
    lastPositions(graph, queryExtents, querySizes),
    [rows, 1, queryCount, 1],
    'int32',
  );
  const keys = graph.reshape(lastPositions(graph, keyExtents, keySizes), [rows, 1, 1, keyCount], 'int32');
  const sizes = graph.reshape(keySizes.whole, [rows, 1, 1, keyCount]);
  const added = proportional ? graph.op('Log', [sizes]) : none;
  const ofKeys = graph.op('SelectV2', [graph.op('Greater', [sizes, none]), added, masked]);
  const isBefore = graph.op('LessEqual', [keys, queries], {}, 'int32');
  const mask = graph.op('SelectV2', [within(graph, isBefore, [queries, keys], window), ofKeys, masked]);
  return isOverItself(inputs)
    ? GraphValue.causalMask(graph, axes, mask)
    : GraphValue.whole(graph, axes, mask);
};

/** Whether a mask with these operands is of tokens over themselves: they are in the order of their positions, merged or not. */
export function isOverItself([queryExtents, querySizes, keyExtents, keySizes]: readonly unknown[]): boolean {
  return queryExtents === keyExtents && querySizes === keySizes;
}

/** The last position of each token's extent, i32 [B, N]; −1 for padding. */
function lastPositions(graph: GraphUnderConstruction, extents: GraphValue, sizes: GraphValue): NodeName {
  const last = graph.column(extents.whole, 1);
  const isValid = graph.op('Greater', [sizes.whole, graph.scalar(0)]);
  return graph.op('SelectV2', [isValid, last, graph.integer(-1)], {}, 'int32');
}

/** Which keys are before a query and, with a window, fewer positions than that away. */
function within(
  graph: GraphUnderConstruction,
  isBefore: NodeName,
  [queries, keys]: readonly [NodeName, NodeName],
  window: number | null,
): NodeName {
  if (window === null) return isBefore;
  const distance = graph.op('Sub', [queries, keys], {}, 'int32');
  const isNear = graph.op('Less', [distance, graph.integer(window)], {}, 'int32');
  return graph.op('LogicalAnd', [isBefore, isNear], {}, null);
}
