import { substituteDim, symbolicDim } from '../../ir/dim.js';
import { domainSymbols } from '../../ir/domain.js';
import { type AnyNode, type Graph, nodeAt, type ValueId } from '../../ir/graph.js';
import type { TensorType } from '../../ir/tensor-type.js';
import {
  cachedStreamOf,
  cacheName,
  inDomain,
  isCache,
  isCachedStream,
  isMergeOutput,
  mergeOutput,
  streamName,
} from '../../ir/value-name.js';
import type { PassPhase } from '../../passes/pass.js';
import type { ResolvedMergeOptions } from '../options.js';
import { CachedTail } from './cached-tail.js';
import { insertMerge } from './inserted-merge.js';
import { MergeSite } from './merge-site.js';

/** One application of the pass to one graph: copies what comes before the merge, and moves what comes behind it to the slots. */
export class MergeRewrite {
  readonly #site: MergeSite;
  readonly #cachedTail: CachedTail;
  /** Value of the graph → its counterpart in the merged domain. */
  readonly #movedValues = new Map<ValueId, ValueId>();

  /** @throws GeodesicError `merge.layer`, `merge.order`, `merge.option`, `merge.stream` */
  constructor(graph: Graph, options: ResolvedMergeOptions, phase: PassPhase) {
    this.#site = new MergeSite(graph, options, phase);
    this.#cachedTail = new CachedTail(this.#site, (id) => this.#moved(id));
  }

  run(): Graph {
    const { boundary, builder, graph, phase } = this.#site;
    const dependents = dependentsOf(graph, boundary.id);
    if (phase === 'remerge') return this.#remerge(dependents);
    this.#kept(boundary.id);
    for (const [name, id] of graph.outputs) {
      if (!dependents.has(id) && !describesLogits(name)) this.#kept(id);
    }
    const outputs = this.#insertMerge();
    for (const node of graph.nodes) {
      if (dependents.has(node.id)) this.#moveNode(node);
    }
    for (const [name, id] of graph.outputs) this.#mapOutput(name, id, outputs);
    return builder.finish(outputs);
  }

  /** The graph that begins with the states of the tail, and gives the caches behind it. */
  #remerge(dependents: ReadonlySet<ValueId>): Graph {
    const { builder, domain, graph, options } = this.#site;
    this.#site.beginWithTail();
    const outputs = this.#insertMerge();
    const plan = outputs.get(mergeOutput(domain, 'plan')) as ValueId;
    for (const node of graph.nodes) {
      if (!dependents.has(node.id)) continue;
      if (options.stream === 'exact') this.#moveNode(node);
      else if (node.op === 'cacheAppend') this.#movedValues.set(node.id, this.#cachedTail.merged(node, plan));
    }
    for (const [name, id] of graph.outputs) {
      const merged = this.#mergedStreamCache(name);
      if (merged !== undefined) outputs.set(merged, this.#moved(id));
      else if (isCache(name) && dependents.has(id)) outputs.set(name, this.#moved(id));
    }
    return builder.finish(outputs);
  }

  /** Adds the merge, and gives the outputs that it adds to the graph. */
  #insertMerge(): Map<string, ValueId> {
    const { outputs, moved } = insertMerge(this.#site);
    for (const [id, counterpart] of moved) this.#movedValues.set(id, counterpart);
    return outputs;
  }

  /** Caches of the source's streams stay and get a counterpart, traces of earlier merges stay; other outputs follow their value. */
  #mapOutput(name: string, id: ValueId, outputs: Map<string, ValueId>): void {
    const merged = this.#mergedStreamCache(name);
    if (merged !== undefined) {
      outputs.set(name, this.#kept(id));
      outputs.set(merged, this.#moved(id));
      return;
    }
    // What an earlier merge says of its slots stays true: it must not follow their streams into the new domain.
    if (isMergeOutput(name)) outputs.set(name, this.#kept(id));
    else if (describesLogits(name)) outputs.set(name, this.#moved(id));
    else outputs.set(name, this.#movedValues.get(id) ?? this.#kept(id));
  }

  /** Where an output is a cached stream of the source: the name of the slots' one. */
  #mergedStreamCache(output: string): string | undefined {
    if (!isCachedStream(output)) return undefined;
    const { domain, stream } = cachedStreamOf(output);
    return domain === this.#site.source ? cacheName(streamName(this.#site.domain, stream)) : undefined;
  }

  #kept(id: ValueId): ValueId {
    return this.#site.kept(id);
  }

  #moveNode(node: AnyNode): void {
    const inputs = node.inputs.map((id) => this.#moved(id));
    this.#movedValues.set(node.id, this.#site.builder.addLike(this.#reattributed(node), inputs));
  }

  /** The merged counterpart of an operand; a value that has none stays as it is, for the type rules to judge. */
  #moved(id: ValueId): ValueId {
    const known = this.#movedValues.get(id);
    if (known !== undefined) return known;
    const node = nodeAt(this.#site.graph, id);
    const moved = this.#rebuilt(node) ?? this.#kept(id);
    this.#movedValues.set(id, moved);
    return moved;
  }

  /** Rebuilds a cached state, or a value computed from streams (a mask, a rotary table), in the merged domain. */
  #rebuilt(node: AnyNode): ValueId | undefined {
    const { builder, domain, source } = this.#site;
    if (!node.type.axes.some((entry) => entry.domain === source)) return undefined;
    const name = builder.freeName(inDomain(node.name, source, domain));
    const label = { ...node, name };
    if (node.op === 'state') {
      const cache = builder.leaf('state', this.#retyped(node.type), label);
      return this.#site.phase === 'remerge' ? this.#cachedTail.settled(node, cache) : cache;
    }
    if (!this.#isStreamDerived(node)) return undefined;
    const inputs = node.inputs.map((input) => this.#moved(input));
    return builder.addLike(this.#reattributed(node), inputs, label);
  }

  #isStreamDerived(node: AnyNode): boolean {
    if (this.#movedValues.has(node.id) || node.op === 'state' || isFreeOfTokens(node)) return true;
    return (
      node.inputs.length > 0 && node.inputs.every((id) => this.#isStreamDerived(nodeAt(this.#site.graph, id)))
    );
  }

  /** Masks of merged keys follow the options of the latest merge; the article's code knew neither windows nor sizes. */
  #reattributed(node: AnyNode): AnyNode {
    if (node.op !== 'attentionMask') return node;
    const { interpolation, proportionalAttention } = this.#site.options;
    if (interpolation === 'reference') return { ...node, attributes: { window: null, proportional: false } };
    return { ...node, attributes: { ...node.attributes, proportional: proportionalAttention } };
  }

  #retyped(type: TensorType): TensorType {
    const { domain, source } = this.#site;
    const [from, to] = [domainSymbols(source), domainSymbols(domain)];
    const symbols = new Map([[from.cached, symbolicDim(to.cached)]]);
    return {
      dtype: type.dtype,
      axes: type.axes.map((entry) =>
        entry.domain === source ? { size: substituteDim(entry.size, symbols), domain } : entry,
      ),
    };
  }
}

/** An output that belongs to the slots of the logits, though it does not depend on hidden states. */
function describesLogits(output: string): boolean {
  return output === 'targets';
}

/** A leaf that no merge changes: a weight, a constant, or an input of each row such as its length. */
function isFreeOfTokens({ op, type }: AnyNode): boolean {
  if (op === 'parameter' || op === 'constant') return true;
  return op === 'input' && type.axes.every(({ domain }) => domain === undefined);
}

function dependentsOf(graph: Graph, root: ValueId): Set<ValueId> {
  const dependents = new Set<ValueId>();
  for (const node of graph.nodes) {
    if (node.inputs.some((id) => id === root || dependents.has(id))) dependents.add(node.id);
  }
  return dependents;
}
