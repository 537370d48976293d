import {
  type AnyNode,
  type Graph,
  hostValues,
  isCache,
  layerOf,
  nodeAt,
  type ValueId,
} from '@geodesic/compiler';
import { type LayerView, viewLayer } from './layer-view.js';

/** What an emitted module gives: traces of merges and targets are left out. */
function isWanted(output: string): boolean {
  return output === 'logits' || isCache(output);
}

/** A graph as it is emitted: only what logits and caches need, each stream and mask once, in layers. */
export class PhaseGraph {
  readonly graph: Graph;
  readonly layers: readonly LayerView[];
  /** By output name. */
  readonly outputs: ReadonlyMap<string, ValueId>;
  readonly #hosts: ReadonlySet<ValueId>;
  readonly #canonical: readonly ValueId[];
  /** What depends on streams alone: host values, and what devices make of them for all layers. */
  readonly #shared = new Set<ValueId>();
  readonly #live: ReadonlySet<ValueId>;

  constructor(graph: Graph) {
    this.graph = graph;
    this.#hosts = hostValues(graph);
    this.#canonical = this.#unify();
    this.outputs = new Map(
      [...graph.outputs]
        .filter(([name]) => isWanted(name))
        .map(([name, id]) => [name, this.canonical(id)] as const),
    );
    this.#live = this.#reached([...this.outputs.values()]);
    const indices = new Set([...this.#live].flatMap((id) => computedIn(this.node(id)) ?? []));
    this.layers = [...indices].sort((a, b) => a - b).map((index) => viewLayer(this, index));
  }

  node(id: ValueId): AnyNode {
    return nodeAt(this.graph, id);
  }

  /** The value that stands for this one: tokens that enter a domain unmerged stay what they are, and equal streams are one. */
  canonical(id: ValueId): ValueId {
    return this.#canonical[id] as ValueId;
  }

  inputsOf(id: ValueId): ValueId[] {
    return this.node(id).inputs.map((input) => this.canonical(input));
  }

  isHost(id: ValueId): boolean {
    return this.#hosts.has(id);
  }

  /** Whether it depends on streams alone. */
  isShared(id: ValueId): boolean {
    return this.#shared.has(id);
  }

  /** The values that a layer computes for itself, in the graph's order. */
  ownNodes(layer: number): AnyNode[] {
    return this.#liveNodes().filter((node) => !this.isShared(node.id) && computedIn(node) === layer);
  }

  /** Who uses a value, outputs apart. */
  usersOf(id: ValueId): AnyNode[] {
    return this.#liveNodes().filter((node) => this.inputsOf(node.id).includes(id));
  }

  #liveNodes(): AnyNode[] {
    return this.graph.nodes.filter(({ id }) => this.#live.has(id));
  }

  #unify(): ValueId[] {
    const canonical: ValueId[] = [];
    const byMeaning = new Map<string, ValueId>();
    for (const node of this.graph.nodes) {
      const inputs = node.inputs.map((id) => canonical[id] as ValueId);
      const isShared = this.#dependsOnStreams(node, inputs);
      if (isShared) this.#shared.add(node.id);
      const meaning = JSON.stringify([node.op, node.attributes, inputs]);
      if (node.op === 'enterDomain') canonical.push(inputs[0] as ValueId);
      else if (!isShared || inputs.length === 0) canonical.push(node.id);
      else {
        const id = byMeaning.get(meaning) ?? node.id;
        byMeaning.set(meaning, id);
        canonical.push(id);
      }
    }
    return canonical;
  }

  #dependsOnStreams(node: AnyNode, inputs: readonly ValueId[]): boolean {
    if (this.#hosts.has(node.id)) return true;
    const isFree = (id: ValueId) => this.#shared.has(id) || this.node(id).op === 'constant';
    return inputs.some((id) => this.#shared.has(id)) && inputs.every(isFree);
  }

  #reached(roots: readonly ValueId[]): Set<ValueId> {
    const reached = new Set<ValueId>();
    const visit = (id: ValueId) => {
      if (reached.has(id)) return;
      reached.add(id);
      this.inputsOf(id).forEach(visit);
    };
    roots.forEach(visit);
    return reached;
  }
}

/** The layer that computes a node, weights and caches aside. */
function computedIn({ name, op }: AnyNode): number | undefined {
  if (op === 'parameter' || op === 'state' || op === 'constant' || op === 'tokenMerge') return undefined;
  return layerOf(name);
}
