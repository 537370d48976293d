import type { Dim } from '@geodesic/compiler';
import { causalAttention } from './causal-attention.js';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import { HEADS_FIRST } from './heads-first.js';
import type { GraphLowering } from './lowering-types.js';
import type { NodeName } from './node-name.js';
import { stackedMask } from './stacked-mask.js';

/** What spare places of a buffer get added: a query that sees nothing, and sees all tokens alike, still doesn't see them. */
const SPARE = -3e38;

/**
 * Two batched products with a masked softmax between them. The query heads that share a key-value head are stacked along the
 * rows of one matrix, so that nothing is repeated. Buffers of keys and values are taken whole, with their spare places masked.
 */
export const attention: GraphLowering<'attention'> = (graph, inputs, { scale, softcap }, axes) => {
  const [q, k, v, mask] = inputs as readonly [GraphValue, GraphValue, GraphValue, GraphValue];
  const [rows, queries, heads, dim] = q.axes as readonly [Dim, Dim, number, number];
  const [, tokens, shared, valueDim] = v.axes as readonly [Dim, Dim, number, number];
  if (mask.isCausal && k.buffer === undefined && v.buffer === undefined) {
    const capped = (scores: NodeName) => capScores(graph, scores, softcap);
    return causalAttention(graph, { q, k, v, mask, capped, scale }, axes);
  }
  const isBuffered = k.buffer !== undefined && v.buffer !== undefined;
  const group = heads / shared;
  const stacked = [rows, shared, [group, queries], dim] as const;
  const keys = isBuffered ? (k.buffer as NodeName) : k.headsFirst;
  const stackedQueries = graph.reshape(scaledHeadsFirst(graph, q, scale), stacked);
  const products = graph.op('BatchMatMulV2', [stackedQueries, keys], { adj_y: { boolean: true } });
  const seen = stackedMask(mask, group, isBuffered ? { tokens, filler: SPARE } : undefined);
  const scores = graph.op('AddV2', [capScores(graph, products, softcap), seen]);
  const values = isBuffered ? (v.buffer as NodeName) : v.headsFirst;
  const contexts = graph.op('BatchMatMulV2', [graph.op('Softmax', [scores]), values]);
  // One query's contexts are in their order, whichever axis comes first.
  if (queries === 1) return GraphValue.inOrder(graph, axes, contexts);
  const split = group === 1 ? contexts : graph.reshape(contexts, [rows, heads, queries, valueDim]);
  return GraphValue.whole(graph, axes, graph.transpose(split, HEADS_FIRST));
};

/** Queries, which are fewer numbers than scores, times the scale, in the order of [B, heads, N, dim]. */
function scaledHeadsFirst(graph: GraphUnderConstruction, q: GraphValue, scale: number): NodeName {
  const scaled = q.times(scale);
  return q.axes[1] === 1 ? scaled.inOrder : graph.transpose(scaled.whole, HEADS_FIRST);
}

/** softcap · tanh(scores / softcap), which keeps scores within ±softcap; null caps nothing (Gemma 2). */
function capScores(graph: GraphUnderConstruction, scores: NodeName, softcap: number | null): NodeName {
  if (softcap === null) return scores;
  const inner = graph.op('Mul', [scores, graph.scalar(1 / softcap)]);
  return graph.op('Mul', [graph.op('Tanh', [inner]), graph.scalar(softcap)]);
}
