import { domainSymbol, settledDomain, unsettledDomain } from '../../ir/domain.js';
import { type AnyNode, findNode, nodeAt, type ValueId } from '../../ir/graph.js';
import { cacheName, isCachedStream, streamName } from '../../ir/value-name.js';
import type { MergeSite } from './merge-site.js';
import { cachedHeads, mergedCache } from './merged-cache.js';

/** In the graph that merges the tail: the caches behind the merge, taken apart into the slots before the tail and those of the tail. */
export class CachedTail {
  readonly #site: MergeSite;
  /** The counterpart of a value in the merged domain. */
  readonly #moved: (id: ValueId) => ValueId;
  /** Cached state → all of it, as the session has it. */
  readonly #caches = new Map<ValueId, ValueId>();
  #settledPlan: ValueId | undefined;
  #tailPlan: ValueId | undefined;

  constructor(site: MergeSite, moved: (id: ValueId) => ValueId) {
    this.#site = site;
    this.#moved = moved;
  }

  /** What the tail does not stand for of a cached state, to which the merged tail is appended. */
  settled(node: AnyNode, cache: ValueId): ValueId {
    const site = this.#site;
    this.#caches.set(node.id, cache);
    const plan = this.#settledSlots(node, cache);
    const name = (what: string) => site.builder.freeName(`${node.name}.${what}`);
    const enter = (id: ValueId) => site.add('enterDomain', [id], { domain: site.domain }, name('settled'));
    if (isCachedStream(node.name)) {
      const op = node.type.axes.length === 2 ? 'mergedSizes' : 'mergedExtents';
      return enter(site.add(op, [cache, plan], {}, name('kept')));
    }
    const heads = cachedHeads(node);
    const rows = heads === undefined ? cache : site.add('mergeHeads', [cache], {}, name('rows'));
    const kept = site.add('tokenMerge', [rows, plan], { interpolation: 'mean' }, name('kept'));
    return enter(heads === undefined ? kept : site.add('splitHeads', [kept], { heads }, name('heads')));
  }

  /** Merges what a later layer cached of the tail, and leaves the rest of it: the counterpart of a step's `cacheAppend`. */
  merged({ inputs, name }: AnyNode, plan: ValueId): ValueId {
    const site = this.#site;
    const [past, added] = inputs as [ValueId, ValueId];
    const settled = this.#moved(past);
    const merged = mergedCache({
      graph: site.graph,
      added,
      cached: this.#caches.get(past) as ValueId,
      tailSlots: this.#tailSlots(),
      plan,
      source: site.source,
      interpolation: site.options.interpolation,
      kept: (value) => site.kept(value),
      moved: this.#moved,
      add: (op, operands, attributes, part) =>
        site.add(op, operands, attributes, site.builder.freeName(`${nodeAt(site.graph, past).name}.${part}`)),
    });
    return site.add('cacheAppend', [settled, merged], {}, name);
  }

  /** The slots before the tail; the cached sizes, which tell them, are the first of the caches to be taken apart. */
  #settledSlots(node: AnyNode, cache: ValueId): ValueId {
    const sizes = this.#cachedSizes();
    if (node.id !== sizes.id) {
      this.#moved(sizes.id);
      return this.#settledPlan as ValueId;
    }
    const { domain } = this.#site;
    const symbol = domainSymbol('settled', domain);
    this.#settledPlan = this.#addSlots('settledSlots', cache, settledDomain(domain), symbol);
    return this.#settledPlan;
  }

  /** The cached slots of the tail, in its order. */
  #tailSlots(): ValueId {
    if (this.#tailPlan !== undefined) return this.#tailPlan;
    const { id } = this.#cachedSizes();
    this.#moved(id);
    const { domain, source } = this.#site;
    const symbol = domainSymbol('added', source);
    this.#tailPlan = this.#addSlots(
      'tailSlots',
      this.#caches.get(id) as ValueId,
      unsettledDomain(domain),
      symbol,
    );
    return this.#tailPlan;
  }

  /** Tells by the sizes of all cached slots, and those of the tail's tokens, which slots are the tail's. */
  #addSlots(op: 'settledSlots' | 'tailSlots', sizes: ValueId, domain: string, symbol: string): ValueId {
    const site = this.#site;
    const tail = site.kept(site.sourceStreams().sizes);
    return site.add(op, [sizes, tail], { domain, symbol }, `${domain}.plan`);
  }

  #cachedSizes(): AnyNode {
    return findNode(this.#site.graph, cacheName(streamName(this.#site.source, 'sizes'))) as AnyNode;
  }
}
