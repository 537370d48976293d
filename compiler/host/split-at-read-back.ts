import { type AnyNode, type Graph, nodeAt, type ValueId } from '../ir/graph.js';
import { GraphBuilder, isLeaf } from '../ir/graph-builder.js';
import { hostValues } from './host-ops.js';

/** A graph as two, the second of which works with numbers that the host has read from the first. */
export interface SplitGraph {
  readonly first: Graph;
  /** May read numbers back itself. */
  readonly second: Graph;
  /** Outputs of the first that are inputs of the second, by the names that they have there. */
  readonly read: ReadonlyMap<string, string>;
  /** Outputs of the first that are states of the second and stay on the device, by their name in both. */
  readonly carried: readonly string[];
}

/** What the values of the second graph that come from the first are called: not the names of any output or state of a model. */
const READ = 'read.';
const CARRIED = 'cache.carried.';

/**
 * Splits a graph before the first node of the host that reads a value of the device. All that does not depend on that node is
 * computed by the first graph; what the rest needs of it is handed over. Nothing for a graph whose host nodes need no device.
 */
export function splitAtReadBack(graph: Graph): SplitGraph | undefined {
  const onHost = hostValues(graph);
  const reader = graph.nodes.find(
    ({ id, inputs }) => onHost.has(id) && inputs.some((input) => !onHost.has(input)),
  );
  return reader === undefined ? undefined : new Split(graph, onHost, reader.id).make();
}

class Split {
  readonly #late: ReadonlySet<ValueId>;
  readonly #first: GraphBuilder;
  readonly #second: GraphBuilder;
  readonly #firstIds = new Map<ValueId, ValueId>();
  readonly #secondIds = new Map<ValueId, ValueId>();
  readonly #firstOutputs = new Map<string, ValueId>();
  readonly #read = new Map<string, string>();
  readonly #carried: string[] = [];

  constructor(
    readonly graph: Graph,
    readonly onHost: ReadonlySet<ValueId>,
    reader: ValueId,
  ) {
    this.#late = withDependents(graph, reader);
    this.#first = new GraphBuilder(graph.name);
    this.#second = new GraphBuilder(`${graph.name}.continued`);
  }

  make(): SplitGraph {
    const secondOutputs = new Map<string, ValueId>();
    for (const [name, id] of this.graph.outputs) {
      if (this.#late.has(id)) secondOutputs.set(name, this.#inSecond(id));
      else this.#firstOutputs.set(name, this.#inFirst(id));
    }
    return {
      first: this.#first.finish(this.#firstOutputs),
      second: this.#second.finish(secondOutputs),
      read: this.#read,
      carried: this.#carried,
    };
  }

  #inFirst(id: ValueId): ValueId {
    return this.#once(this.#firstIds, id, (node) =>
      this.#first.addLike(
        node,
        node.inputs.map((input) => this.#inFirst(input)),
      ),
    );
  }

  #inSecond(id: ValueId): ValueId {
    return this.#once(this.#secondIds, id, (node) => {
      if (!this.#late.has(id) && !isGiven(node, this.onHost)) return this.#handedOver(node);
      const inputs = node.inputs.map((input) =>
        this.#isReadBack(id, input) ? this.#readBack(input) : this.#inSecond(input),
      );
      return this.#second.addLike(node, inputs);
    });
  }

  /** Whether a node of the host reads a value that the first graph computes on the device. */
  #isReadBack(id: ValueId, input: ValueId): boolean {
    return this.onHost.has(id) && !this.onHost.has(input) && !this.#late.has(input);
  }

  /** A value of the first graph: numbers of the host, or a tensor that stays on the device. */
  #handedOver(node: AnyNode): ValueId {
    if (this.onHost.has(node.id)) return this.#readBack(node.id);
    const name = `${CARRIED}${node.name}`;
    this.#firstOutputs.set(name, this.#inFirst(node.id));
    this.#carried.push(name);
    return this.#second.leaf('state', node.type, { ...node, name });
  }

  #readBack(id: ValueId): ValueId {
    const node = nodeAt(this.graph, id);
    const name = this.onHost.has(id) ? node.name : `${READ}${node.name}`;
    this.#firstOutputs.set(`${READ}${node.name}`, this.#inFirst(id));
    this.#read.set(name, `${READ}${node.name}`);
    return this.#second.leaf('input', node.type, { ...node, name });
  }

  #once(ids: Map<ValueId, ValueId>, id: ValueId, make: (node: AnyNode) => ValueId): ValueId {
    const known = ids.get(id);
    if (known !== undefined) return known;
    const made = make(nodeAt(this.graph, id));
    ids.set(id, made);
    return made;
  }
}

/** A leaf that both graphs can have: a weight, a constant, a cached state of the device. */
function isGiven({ id, op }: AnyNode, onHost: ReadonlySet<ValueId>): boolean {
  return !onHost.has(id) && (op === 'constant' || isLeaf(op));
}

function withDependents(graph: Graph, root: ValueId): Set<ValueId> {
  const found = new Set([root]);
  for (const { id, inputs } of graph.nodes) if (inputs.some((input) => found.has(input))) found.add(id);
  return found;
}
