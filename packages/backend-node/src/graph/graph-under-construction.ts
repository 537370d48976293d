import type { Dim } from '@geodesic/compiler';
import type { DataType } from '../graph-def/graph-def.js';
import { ComputedFeeds } from './computed-feeds.js';
import { GraphNodes } from './graph-nodes.js';
import type { GraphVariant } from './graph-variant.js';
import type { NodeName } from './node-name.js';

/** The nodes that a compiler's graph is lowered to, with shapes of which a run alone knows the sizes. A shape that is asked for again is the same node. */
export class GraphUnderConstruction extends GraphNodes {
  /** Shapes and indices that are known at each run only. */
  readonly feeds = new ComputedFeeds(this);

  constructor(readonly variant: Pick<GraphVariant, 'isContinuing' | 'attentionBlocks'>) {
    super();
  }

  /** Whether values [B, N, …, features] of these axes are worked on in two halves of their tokens: where a run begins with many. */
  halvesTokens(axes: readonly Dim[]): boolean {
    return !this.variant.isContinuing && axes.length > 2;
  }

  /** Reshapes; each size is a dim, or the product of several. */
  reshape(x: NodeName, sizes: readonly (Dim | readonly Dim[])[], T: DataType = 'float32'): NodeName {
    return this.op('Reshape', [x, this.#shape(sizes)], { Tshape: { type: 'int32' } }, T);
  }

  /**
   * The rows of a matrix whose number is a product of dims, those of the first half of the tokens, which is the second dim, and the
   * others; without a copy where they are aligned.
   */
  splitRows(x: NodeName, dims: readonly Dim[]): NodeName[] {
    const axis = dims.length > 1 ? 1 : 0;
    const tokens = dims[axis] ?? 1;
    const others = dims.filter((_, i) => i !== axis);
    const middle = this.feeds.prefixOf(tokens, 1, 2);
    const sizes = this.feeds.shape([
      [...others, middle],
      [...others, this.feeds.between(middle, tokens)],
    ]);
    const attributes = { num_split: { integer: 2 }, Tlen: { type: 'int32' } } as const;
    const node = this.op('SplitV', [x, sizes, this.integer(0)], attributes);
    return [node, `${node}:1`];
  }

  /** A constant where at most one size is unknown, else a part of the table that is fed. */
  #shape(sizes: readonly (Dim | readonly Dim[])[]): NodeName {
    const products = sizes.map((size) => (Array.isArray(size) ? (size as readonly Dim[]) : [size as Dim]));
    const known = products.map((dims) =>
      dims.every((dim) => typeof dim === 'number') ? dims.reduce((a, b) => a * (b as number), 1) : -1,
    );
    return known.filter((size) => size === -1).length <= 1
      ? this.integers(known as number[])
      : this.feeds.shape(products);
  }
}
