import { type Dim, printDim } from '@geodesic/compiler';
import type { GraphUnderConstruction, NodeName } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';

/**
 * Blocks of queries: more waste less of the last block's triangle, fewer are larger products. Few tokens are quickly attended to, so
 * that ops cost more than triangles.
 */
const BLOCKS = { short: 2, long: 8 } as const;

export interface AttentionOperands {
  readonly q: GraphValue;
  readonly k: GraphValue;
  readonly v: GraphValue;
  readonly mask: GraphValue;
  /** Scores of scaled queries, as the softmax takes them before the mask. */
  readonly capped: (scores: NodeName) => NodeName;
  readonly scale: number;
}

/**
 * Attention of tokens over themselves and those before them, block by block of queries: no block multiplies with the keys behind its
 * last query, which is close to half of the work. Blocks don't wait for each other, so that they run at the same time, and their
 * scores are small enough for a core's cache. The query heads that share a key-value head are rows next to each other, so that a
 * block of queries is a block of rows.
 */
export function causalAttention(
  graph: GraphUnderConstruction,
  { q, k, v, mask, capped, scale }: AttentionOperands,
  axes: readonly Dim[],
): GraphValue {
  const [rows, queries, heads, dim] = q.axes as readonly [Dim, Dim, number, number];
  const [, , shared, valueDim] = v.axes as readonly [Dim, Dim, number, number];
  const group = heads / shared;
  const grouped = graph.reshape(q.times(scale).inOrder, [rows, queries, shared, group, dim]);
  const stacked = graph.reshape(graph.transpose(grouped, GROUPS_FIRST), [
    rows,
    shared,
    [queries, group],
    dim,
  ]);
  const blocks = BLOCKS[graph.variant.isShort ? 'short' : 'long'];
  const contexts = Array.from({ length: blocks }, (_, block) => {
    const [begin, end] = [block, block + 1].map((i) => graph.feeds.prefixOf(queries, i, blocks));
    const span = { begin: begin as Dim, end: end as Dim };
    const rowsOfBlock = rowsBetween(graph, stacked, [rows, shared, group, dim], span);
    const seenBy = (x: GraphValue, size: Dim) =>
      block === blocks - 1 ? x.headsFirst : firstTokens(graph, x.headsFirst, [rows, shared, size], span.end);
    const scores = graph.op('BatchMatMulV2', [rowsOfBlock, seenBy(k, dim)], { adj_y: { boolean: true } });
    const masked = graph.op('AddV2', [capped(scores), maskOfBlock(graph, mask, group, span)]);
    return graph.op('BatchMatMulV2', [graph.op('Softmax', [masked]), seenBy(v, valueDim)]);
  });
  const together = graph.reshape(graph.concat(contexts, 2), [rows, shared, queries, group, valueDim]);
  return GraphValue.whole(graph, axes, graph.reshape(graph.transpose(together, GROUPS_FIRST), axes));
}

/** From [B, N, shared, group, ·] to [B, shared, N, group, ·], and back. */
const GROUPS_FIRST = [0, 2, 1, 3, 4] as const;

interface Span {
  readonly begin: Dim;
  readonly end: Dim;
}

/** Rows of the queries of a span, of [B, shared, N · group, dim]. */
function rowsBetween(
  graph: GraphUnderConstruction,
  x: NodeName,
  [rows, shared, group, dim]: readonly [Dim, number, number, number],
  { begin, end }: Span,
): NodeName {
  const { feeds } = graph;
  const inputs = [
    x,
    feeds.shape([[0], [0], [begin, group], [0]]),
    feeds.shape([[rows], [shared], [feeds.between(begin, end), group], [dim]]),
  ];
  return graph.op('Slice', inputs, { Index: { type: 'int32' } });
}

/** Of [B, heads, T, size], the first tokens. */
function firstTokens(
  graph: GraphUnderConstruction,
  x: NodeName,
  [rows, heads, size]: readonly [Dim, Dim, Dim],
  end: Dim,
): NodeName {
  const inputs = [x, graph.integers([0, 0, 0, 0]), graph.feeds.shape([[rows], [heads], [end], [size]])];
  return graph.op('Slice', inputs, { Index: { type: 'int32' } });
}

/** A mask [B, 1, N, T] for the rows of a block and the keys up to its end. */
function maskOfBlock(
  graph: GraphUnderConstruction,
  mask: GraphValue,
  group: number,
  { begin, end }: Span,
): NodeName {
  const rows = mask.axes[0] as Dim;
  const { feeds } = graph;
  const queries = feeds.between(begin, end);
  const begins = feeds.shape([[0], [0], [begin], [0]]);
  const sizes = feeds.shape([[rows], [1], [queries], [end]]);
  return mask.once(`block up to ${printDim(end)} of groups of ${group}`, () => {
    const block = graph.op('Slice', [mask.whole, begins, sizes], { Index: { type: 'int32' } });
    if (group === 1) return block;
    const apart = graph.reshape(block, [rows, 1, queries, 1, end]);
    const repeated = graph.concat(new Array<NodeName>(group).fill(apart), 3);
    return graph.reshape(repeated, [rows, 1, [queries, group], end]);
  });
}
