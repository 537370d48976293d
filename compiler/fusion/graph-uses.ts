import { type AnyNode, type Graph, nodeAt, type ValueId } from '../ir/graph.js';
import type { OpName } from '../ir/ops.js';

/** Who uses the values of a graph. */
export class GraphUses {
  readonly #users = new Map<ValueId, AnyNode[]>();
  readonly #outputs = new Map<ValueId, string[]>();

  constructor(readonly graph: Graph) {
    for (const node of graph.nodes) {
      for (const id of new Set(node.inputs)) {
        this.#users.set(id, [...(this.#users.get(id) ?? []), node]);
      }
    }
    for (const [name, id] of graph.outputs) this.#outputs.set(id, [...(this.#outputs.get(id) ?? []), name]);
  }

  node(id: ValueId): AnyNode {
    return nodeAt(this.graph, id);
  }

  usersOf(id: ValueId): readonly AnyNode[] {
    return this.#users.get(id) ?? [];
  }

  /** Names under which a graph hands a value out. */
  outputsOf(id: ValueId): readonly string[] {
    return this.#outputs.get(id) ?? [];
  }

  /** The node of a value if it has one of these ops and exactly one user, so that a fusion may swallow it. */
  swallowed<K extends OpName>(id: ValueId, ops: readonly K[]): (AnyNode & { readonly op: K }) | undefined {
    const node = this.node(id);
    const isAlone = this.usersOf(id).length === 1 && this.outputsOf(id).length === 0;
    return isAlone && isOneOf(node, ops) ? node : undefined;
  }
}

/** Whether a node has one of these ops. */
export function isOneOf<K extends OpName>(
  node: AnyNode,
  ops: readonly K[],
): node is AnyNode & { readonly op: K } {
  return (ops as readonly OpName[]).includes(node.op);
}
