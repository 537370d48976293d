import { GeodesicError } from '../../error.js';
import { mergedDomain } from '../../ir/domain.js';
import { type AnyNode, findNode, type Graph, nodeAt, type ValueId } from '../../ir/graph.js';
import { GraphBuilder, type NodeLabel } from '../../ir/graph-builder.js';
import type { OpAttributes, OpName } from '../../ir/ops.js';
import type { LeafOp } from '../../ir/type-rule.js';
import { streamName, tailStates } from '../../ir/value-name.js';
import type { PassPhase } from '../../passes/pass.js';
import type { ResolvedMergeOptions } from '../options.js';
import { checkMerge, findBoundary, tokenDomain } from './merge-checks.js';

/** The streams that describe the tokens of a domain; each is a value named `<domain>.<stream>`. */
export const STREAMS = ['positionIds', 'extents', 'sizes'] as const;
export type Streams = Readonly<Record<(typeof STREAMS)[number], ValueId>>;

/** One merge in one graph: the graph that is read, the one that is built, and where in them tokens become slots. */
export class MergeSite {
  readonly builder: GraphBuilder;
  /** The output of the layer that the merge follows, in the graph that is read. */
  readonly boundary: AnyNode;
  /** The domain of the tokens, and that of the slots. */
  readonly source: string;
  readonly domain: string;
  readonly #kept = new Map<ValueId, ValueId>();

  /** @throws GeodesicError `merge.layer`, `merge.order`, `merge.option`, `merge.stream` */
  constructor(
    readonly graph: Graph,
    readonly options: ResolvedMergeOptions,
    readonly phase: PassPhase,
  ) {
    this.builder = new GraphBuilder(graph.name);
    this.boundary = findBoundary(graph, options.afterLayer);
    this.source = tokenDomain(this.boundary);
    this.domain = mergedDomain(this.source, options.group, options.afterLayer);
    checkMerge(graph, options, this.source);
  }

  /**
   * The streams of the tokens, in the graph that is read.
   *
   * @throws GeodesicError `merge.stream`
   */
  sourceStreams(): Streams {
    const find = (stream: string): ValueId => {
      const name = streamName(this.source, stream);
      const node = findNode(this.graph, name);
      if (node === undefined) {
        throw new GeodesicError(
          'merge.stream',
          `slerpMerge: graph '${this.graph.name}' has no value '${name}'`,
        );
      }
      return node.id;
    };
    return { positionIds: find('positionIds'), extents: find('extents'), sizes: find('sizes') };
  }

  /** A copy of a value in its own domain, with all it needs, made once. */
  kept(id: ValueId): ValueId {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const node = nodeAt(this.graph, id);
    const copy = this.builder.addLike(
      node,
      node.inputs.map((input) => this.kept(input)),
    );
    this.#kept.set(id, copy);
    return copy;
  }

  /** The graph that is built begins with the tail's states where the one that is read computes them. */
  beginWithTail(): void {
    const { boundary, builder } = this;
    const name = tailStates(this.options.afterLayer);
    this.#kept.set(boundary.id, builder.leaf('state', boundary.type, { ...boundary, name }));
  }

  /** Adds a node that the merge brings with it. */
  add<K extends Exclude<OpName, LeafOp>>(
    op: K,
    inputs: readonly ValueId[],
    attributes: OpAttributes[K],
    name: string,
  ): ValueId {
    const { source } = this.boundary;
    const label: NodeLabel = source === undefined ? { name } : { name, source };
    return this.builder.add(op, inputs, attributes, label);
  }
}
