import {
  type Dim,
  evaluateDim,
  type Graph,
  nodeAt,
  printDim,
  substituteDim,
  type ValueId,
} from '@geodesic/compiler';
import { isContinuing } from './hosted-values.js';

/**
 * How many blocks of queries attention over so many tokens is parted into. More waste less of the last block's triangle, fewer are
 * larger products, and fewer ops.
 */
function blocksFor(tokens: number): number {
  if (tokens <= 400) return 2;
  return tokens <= 768 ? 4 : 8;
}

/** A compiler's graph for runs of some kind, which is lowered on its own. */
export interface GraphVariant {
  readonly graph: Graph;
  /** Whether runs append to caches, most of them a single token, rather than begin with many tokens. */
  readonly isContinuing: boolean;
  /** Blocks of queries, where runs begin with many tokens. */
  readonly attentionBlocks: number;
}

/** The variants of one graph, each made when the first run needs it. */
export class GraphVariants {
  readonly #isContinuing: boolean;
  /** The sizes of what is fed that only a run knows. */
  readonly #symbols: readonly string[];
  /** The one of them that is the number of rows. */
  readonly #rows: string;
  /** How many queries attentions have. */
  readonly #queries: readonly Dim[];
  readonly #variants = new Map<string, GraphVariant>();

  constructor(readonly graph: Graph) {
    this.#isContinuing = isContinuing(graph);
    const inputs = graph.nodes.filter(({ op }) => op === 'input');
    const sizes = inputs.flatMap(({ type }) => type.axes.map(({ size }) => printDim(size)));
    this.#symbols = [...new Set(sizes)];
    this.#rows = this.#symbols[0] ?? '';
    const attentions = graph.nodes.filter(({ op }) => op === 'attention');
    this.#queries = attentions.map(
      ({ inputs }) => nodeAt(graph, inputs[0] as ValueId).type.axes[1]?.size ?? 0,
    );
  }

  /**
   * The variant for a run: with the sizes that are 1 where it appends to caches, since most steps are one token of one row; with one row
   * where it begins with one, since its tokens can be parted then.
   */
  for(bindings: ReadonlyMap<string, number>): GraphVariant {
    const sizeOf = (symbol: string) => bindings.get(symbol) ?? 0;
    if (this.#isContinuing) {
      const single = this.#symbols.filter((symbol) => sizeOf(symbol) === 1);
      return this.#once(single.join(), () => ({
        graph: withOnes(this.graph, single),
        isContinuing: true,
        attentionBlocks: 1,
      }));
    }
    const most = Math.max(0, ...this.#queries.map((queries) => evaluateDim(queries, bindings)));
    const blocks = blocksFor(most);
    const single = sizeOf(this.#rows) === 1 ? [this.#rows] : [];
    return this.#once(`${blocks} blocks ${single}`, () => ({
      graph: withOnes(this.graph, single),
      isContinuing: false,
      attentionBlocks: blocks,
    }));
  }

  #once(key: string, make: () => GraphVariant): GraphVariant {
    const variant = this.#variants.get(key) ?? make();
    this.#variants.set(key, variant);
    return variant;
  }
}

/** The graph with some sizes known to be 1. */
function withOnes(graph: Graph, symbols: readonly string[]): Graph {
  if (symbols.length === 0) return graph;
  const sizes = new Map(symbols.map((symbol) => [symbol, 1] as const));
  const nodes = graph.nodes.map((node) => {
    const axes = node.type.axes.map((axis) => ({ ...axis, size: substituteDim(axis.size, sizes) }));
    return { ...node, type: { ...node.type, axes } };
  });
  return { ...graph, nodes };
}
