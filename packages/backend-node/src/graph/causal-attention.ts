import { type Dim, printDim } from '@geodesic/compiler';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import { HEADS_FIRST } from './heads-first.js';
import type { NodeName } from './node-name.js';

export interface AttentionOperands {
  readonly q: GraphValue;
  readonly k: GraphValue;
  readonly v: GraphValue;
  readonly mask: GraphValue;
  /** Scores of scaled queries, as the softmax takes them before the mask. */
  readonly capped: (scores: NodeName) => NodeName;
  readonly scale: number;
}

/** Some tokens in a row, of all that a run begins with. */
interface Span {
  readonly begin: Dim;
  readonly end: Dim;
}

/**
 * Attention of tokens over themselves and those before them, block by block of queries: no block multiplies with the keys behind its
 * last query, which is close to half of the work. Blocks don't wait for each other, so that they run at the same time, and their
 * scores are small enough for a core's cache. The query heads that share a key-value head are rows next to each other, so that a
 * block of queries is a block of rows. Queries of one row come and go in the halves that all of its work is parted into.
 */
export function causalAttention(
  graph: GraphUnderConstruction,
  operands: AttentionOperands,
  axes: readonly Dim[],
): GraphValue {
  const queries = operands.q.times(operands.scale);
  const blocks = blocksOf(graph, queries.axes[1] as Dim);
  if (axes[0] !== 1)
    return GraphValue.inOrder(graph, axes, contexts(graph, operands, queries.inOrder, blocks));
  const middle = blocks.length / 2;
  const parts = [blocks.slice(0, middle), blocks.slice(middle)];
  const halves = parts.map((part, i) => contexts(graph, operands, queries.rowHalves[i] as NodeName, part));
  return GraphValue.halved(
    graph,
    axes,
    halves.map((half) => graph.reshape(half, [-1, axes[3] as Dim])),
  );
}

function blocksOf(graph: GraphUnderConstruction, queries: Dim): Span[] {
  const count = graph.variant.attentionBlocks;
  return Array.from({ length: count }, (_, block) => ({
    begin: graph.feeds.prefixOf(queries, block, count),
    end: graph.feeds.prefixOf(queries, block + 1, count),
  }));
}

/** Of the queries of some blocks, in the order of [B, ·, heads, dim], the contexts in the order of [B, ·, heads, valueDim]. */
function contexts(
  graph: GraphUnderConstruction,
  { q, k, v, mask, capped }: AttentionOperands,
  queries: NodeName,
  blocks: readonly Span[],
): NodeName {
  const [rows, , heads, dim] = q.axes as readonly [Dim, Dim, number, number];
  const [, tokens, shared, valueDim] = v.axes as readonly [Dim, Dim, number, number];
  const group = heads / shared;
  const [begin, end] = [blocks[0]?.begin as Dim, blocks.at(-1)?.end as Dim];
  const all = graph.feeds.between(begin, end);
  const grouped = graph.reshape(queries, [rows, all, shared, group * dim]);
  const stacked = graph.reshape(graph.transpose(grouped, HEADS_FIRST), [rows, shared, [all, group], dim]);
  const ofBlocks = blocks.map((block) => {
    const rowsOfBlock =
      blocks.length === 1
        ? stacked
        : rowsBetween(graph, stacked, [rows, shared, group, dim], {
            begin: graph.feeds.between(begin, block.begin),
            end: graph.feeds.between(begin, block.end),
          });
    const seen = (x: GraphValue, size: Dim) => seenBy(graph, x, [rows, shared, size], { ...block, tokens });
    const scores = graph.op('BatchMatMulV2', [rowsOfBlock, seen(k, dim)], { adj_y: { boolean: true } });
    const masked = graph.op('AddV2', [capped(scores), maskOfBlock(graph, mask, group, block)]);
    return graph.op('BatchMatMulV2', [graph.op('Softmax', [masked]), seen(v, valueDim)]);
  });
  const together = ofBlocks.length === 1 ? (ofBlocks[0] as NodeName) : graph.concat(ofBlocks, 2);
  const ungrouped = graph.reshape(together, [rows, shared, all, group * valueDim]);
  return graph.transpose(ungrouped, HEADS_FIRST);
}

/** Rows of the queries of a span, of [B, shared, · group, dim]. */
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

/** Keys or values [B, heads, ·, size] up to the end of a block. */
function seenBy(
  graph: GraphUnderConstruction,
  x: GraphValue,
  axes: readonly [Dim, Dim, Dim],
  { end, tokens }: Span & { readonly tokens: Dim },
): NodeName {
  if (printDim(end) === printDim(tokens)) return x.headsFirst;
  if (x.isParted && printDim(end) === printDim(graph.feeds.prefixOf(tokens, 1, 2))) {
    return x.headsFirstHalves[0] as NodeName;
  }
  return firstTokens(graph, x.headsFirst, axes, end);
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
