import {
  compile,
  type Graph,
  type GraphCost,
  graphCost,
  mergesOf,
  promptBindings,
  slerpMerge,
  type Traceable,
} from '@geodesic/compiler';
import type { MergeTrace } from '@geodesic/runtime';
import type { Variant } from '../grid/cell.js';

/** What prefills of one variant cost by the compiler's cost model, with logits of the last token. */
export class PrefillCost {
  readonly #graph: Graph;
  /** Symbols of the numbers of slots, by the domain of the slots. */
  readonly #symbols: ReadonlyMap<string, string>;

  constructor(definition: Traceable, merge: Variant['merge']) {
    const passes = merge === undefined ? [] : mergesOf(merge).map(slerpMerge);
    this.#graph = compile(definition, { passes }).prefill;
    this.#symbols = new Map(this.#graph.nodes.flatMap(slotsMadeBy));
  }

  /** @param merges what the prefill of a row of `length` tokens merged: how many slots it left depends on its tokens */
  flopsOf(merges: readonly MergeTrace[], length: number): number {
    const slots = merges.map(({ domain, rows }) => [domain, rows[0]?.length ?? 0] as const);
    return this.#costOf(new Map(slots), length).flops;
  }

  /** What a row of `length` tokens costs where the only merge leaves so many slots. */
  costOf(slots: number, length: number): Pick<GraphCost, 'flops' | 'kvCacheBytes'> {
    return this.#costOf(new Map([...this.#symbols.keys()].map((domain) => [domain, slots])), length);
  }

  #costOf(slots: ReadonlyMap<string, number>, length: number): GraphCost {
    const bindings = new Map(promptBindings(this.#graph, length));
    for (const [domain, count] of slots) {
      const symbol = this.#symbols.get(domain);
      if (symbol !== undefined) bindings.set(symbol, count);
    }
    return graphCost(this.#graph, bindings);
  }
}

function slotsMadeBy(node: Graph['nodes'][number]): [domain: string, symbol: string][] {
  if (node.op !== 'mergePlan' && node.op !== 'mergeChoice' && node.op !== 'eviction') return [];
  return [[node.attributes.domain, node.attributes.symbol]];
}
