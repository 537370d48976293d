import { type AnyNode, type Dim, type Graph, nodeAt, type ValueId } from '@geodesic/compiler';
import { isOverItself } from './attention-mask.js';
import { appendsInPlace, isBufferedOutput } from './buffered-caches.js';
import { graphLowering } from './graph-lowering.js';
import { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphVariant } from './graph-variant.js';
import { hostedValues } from './hosted-values.js';
import type { LoweredGraph, Segment, SegmentOutput } from './lowered-graph.js';
import type { GraphLowering, LoweredOp } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/**
 * Lowers all that is not evaluated on the host.
 *
 * @param patched names of the values that are replaced while the graph runs
 */
export function lowerGraph(variant: GraphVariant, patched: ReadonlySet<string>): LoweredGraph {
  const lowering = new LoweringOfGraph(variant, patched);
  return {
    segments: lowering.segments(),
    nodes: lowering.graph.nodes,
    sources: lowering.graph.sources,
    computed: lowering.graph.feeds.computed,
  };
}

class LoweringOfGraph {
  readonly graph: GraphUnderConstruction;
  readonly source: Graph;
  readonly #onHost: ReadonlySet<ValueId>;
  readonly #lastUse: ReadonlyMap<ValueId, ValueId>;
  readonly #inPlace: ReadonlyMap<ValueId, AnyNode>;
  /** The state that a buffer came from. */
  readonly #buffers = new Map<NodeName, ValueId>();
  #values = new Map<ValueId, GraphValue>();
  #placeholders = new Map<ValueId, NodeName>();

  constructor(
    variant: GraphVariant,
    readonly patched: ReadonlySet<string>,
  ) {
    const source = variant.graph;
    this.source = source;
    this.graph = new GraphUnderConstruction(variant);
    this.#onHost = hostedValues(source);
    this.#lastUse = lastUses(source);
    this.#inPlace = appendsInPlace(source, patched);
  }

  segments(): Segment[] {
    const { nodes } = this.source;
    const isEnd = ({ id, name }: AnyNode) => this.patched.has(name) && !this.#onHost.has(id);
    const ends = nodes.filter(isEnd).map(({ id }) => id);
    const segments = ends.map((end, i) => this.#segment((ends[i - 1] ?? -1) + 1, end, end));
    return [...segments, this.#segment((ends.at(-1) ?? -1) + 1, nodes.length - 1)];
  }

  #segment(first: ValueId, last: ValueId, patched?: ValueId): Segment {
    this.#values = new Map();
    this.#placeholders = new Map();
    const nodes = this.source.nodes.slice(first, last + 1).filter((node) => !this.#isFed(node));
    for (const node of nodes) this.#values.set(node.id, this.#lower(node));
    const live = nodes.filter(({ id }) => id === patched || (this.#lastUse.get(id) ?? -1) > last);
    const outputs = [...this.source.outputs].filter(([, id]) => this.#isGivenBy(id, first, last, patched));
    return {
      live: new Map(live.map(({ id }) => [id, this.#fetched(this.#value(id))])),
      outputs: new Map(outputs.map(([name, id]) => [name, this.#output(name, this.#value(id))])),
      placeholders: this.#placeholders,
      ...(patched === undefined ? {} : { patched }),
    };
  }

  /** Each output is given once: by the segment that computes it, or, where it is replaced, by the next. */
  #isGivenBy(id: ValueId, first: ValueId, last: ValueId, patched: ValueId | undefined): boolean {
    if (this.#onHost.has(id) || id === patched) return false;
    return (
      (id >= first && id <= last) || (id === first - 1 && this.patched.has(nodeAt(this.source, id).name))
    );
  }

  #isFed({ id, op }: AnyNode): boolean {
    return this.#onHost.has(id) || op === 'parameter' || op === 'state';
  }

  #value(id: ValueId): GraphValue {
    let value = this.#values.get(id);
    if (value === undefined) {
      value = this.#feed(nodeAt(this.source, id));
      this.#values.set(id, value);
    }
    return value;
  }

  #feed(node: AnyNode): GraphValue {
    const { graph } = this;
    const { id, type } = node;
    const sizes = type.axes.map(({ size }) => size);
    if (this.#inPlace.has(id)) {
      const [rows, , heads, dim] = sizes.map(knownSize) as [number, number, number, number];
      const buffer = graph.placeholder('float32', [rows, heads, -1, dim]);
      this.#placeholders.set(id, buffer);
      this.#buffers.set(buffer, id);
      return GraphValue.buffered(graph, sizes, buffer);
    }
    const dtype = type.dtype === 'i32' ? 'int32' : 'float32';
    const placeholder = graph.placeholder(dtype, sizes.map(knownSize));
    this.#placeholders.set(id, placeholder);
    if (isCausalMask(node) && !this.patched.has(node.name))
      return GraphValue.causalMask(graph, sizes, placeholder);
    if (this.#isOfTokens(node)) {
      const matrix = graph.reshape(placeholder, [sizes.slice(0, -1), sizes.at(-1) as Dim]);
      return GraphValue.ofTokens(graph, sizes, matrix);
    }
    return GraphValue.whole(graph, sizes, placeholder, dtype);
  }

  /** Whether a value that is fed is what an earlier segment, or a patch, left of each token's states. */
  #isOfTokens(node: AnyNode): boolean {
    const { dtype, axes } = node.type;
    return !this.#isFed(node) && dtype === 'f32' && axes[1]?.domain !== undefined;
  }

  #lower(node: AnyNode): GraphValue {
    this.graph.source = node.name;
    const lowering = graphLowering[node.op as LoweredOp] as GraphLowering<LoweredOp>;
    const axes = node.type.axes.map(({ size }) => size);
    const inputs = node.inputs.map((id, i) => {
      const value = this.#value(id);
      const writes = i === 0 && node.op === 'cacheAppend' && this.#inPlace.has(id);
      // A second append to the same cache must not write to the same places.
      return writes && this.#inPlace.get(id) !== node ? value.withoutBuffer() : value;
    });
    const value = lowering(this.graph, inputs, node.attributes as never, axes);
    if (node.op === 'cacheAppend' && value.buffer !== undefined)
      this.#buffers.set(value.buffer, node.inputs[0] as ValueId);
    return value;
  }

  /** A node of its own for each fetch: TensorFlow refuses to fetch what is fed. */
  #fetched(value: GraphValue, node = value.whole): NodeName {
    return this.graph.op('Identity', [node], {}, value.dtype);
  }

  /** A cache of keys or values gets its spare room here, unless it has it already. */
  #output(name: string, value: GraphValue): SegmentOutput {
    this.graph.source = name;
    const isBuffer = isBufferedOutput(this.source, name);
    const node = this.#fetched(value, isBuffer ? (value.buffer ?? value.newBuffer()) : value.whole);
    const shares = isBuffer && value.buffer !== undefined ? this.#buffers.get(value.buffer) : undefined;
    return { node, isBuffer, ...(shares === undefined ? {} : { shares }) };
  }
}

/** Whether a value is a mask in which no token sees one behind it, unless somebody replaces it. */
function isCausalMask({ op, inputs }: AnyNode): boolean {
  return op === 'attentionMask' && isOverItself(inputs);
}

/** −1 for a size that only a run knows. */
function knownSize(size: Dim): number {
  return typeof size === 'number' ? size : -1;
}

function lastUses(graph: Graph): Map<ValueId, ValueId> {
  const lastUse = new Map<ValueId, ValueId>();
  for (const node of graph.nodes) for (const id of node.inputs) lastUse.set(id, node.id);
  return lastUse;
}
