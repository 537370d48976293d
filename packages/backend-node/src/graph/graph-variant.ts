import { type Graph, printDim, substituteDim } from '@geodesic/compiler';

/** A prompt of fewer tokens is too short to be parted as long ones are. */
const LONG = 256;

/** A compiler's graph for runs of some kind, which is lowered on its own. */
export interface GraphVariant {
  readonly graph: Graph;
  /** Whether runs add to states, most of them a single token, rather than begin with many tokens. */
  readonly isContinuing: boolean;
  /** Whether runs begin with few tokens. */
  readonly isShort: boolean;
  /** What tells it from the graph's other variants. */
  readonly key: string;
}

/** The variant for a run: with the sizes that are 1 where it adds to states, since most steps are one token of one row. */
export function variantFor(graph: Graph, bindings: ReadonlyMap<string, number>): GraphVariant {
  const isContinuing = graph.nodes.some(({ op }) => op === 'state');
  const sizes = [...inputSymbols(graph)].map((symbol) => [symbol, bindings.get(symbol) ?? 0] as const);
  const single = sizes.filter(([, size]) => size === 1);
  if (isContinuing) {
    const key = single.map(([symbol]) => symbol).join();
    return { graph: withSizes(graph, new Map(single)), isContinuing, isShort: true, key };
  }
  const isShort = sizes.every(([, size]) => size < LONG);
  return { graph, isContinuing, isShort, key: isShort ? 'short' : 'long' };
}

function inputSymbols(graph: Graph): ReadonlySet<string> {
  const inputs = graph.nodes.filter(({ op }) => op === 'input');
  return new Set(inputs.flatMap(({ type }) => type.axes.map(({ size }) => printDim(size))));
}

function withSizes(graph: Graph, sizes: ReadonlyMap<string, number>): Graph {
  if (sizes.size === 0) return graph;
  const nodes = graph.nodes.map((node) => {
    const axes = node.type.axes.map((axis) => ({ ...axis, size: substituteDim(axis.size, sizes) }));
    return { ...node, type: { ...node.type, axes } };
  });
  return { ...graph, nodes };
}
