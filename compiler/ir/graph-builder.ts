import { GeodesicError } from '../error.js';
import { TypeRuleError } from './axis-checks.js';
import { type AnyNode, describeNode, type Graph, type SourceLocation, type ValueId } from './graph.js';
import { operandLimits } from './operand-limits.js';
import type { NoAttributes, OpAttributes, OpName } from './ops.js';
import type { TensorType } from './tensor-type.js';
import type { LeafOp, TypeRule } from './type-rule.js';
import { typeRules } from './type-rules.js';

/** What a node carries beside its op and operands. */
export interface NodeLabel {
  readonly name: string;
  readonly source?: SourceLocation;
}

/** Makes graphs node by node; every node is typed by its op's rule as it is added. */
export class GraphBuilder {
  readonly #nodes: AnyNode[] = [];
  readonly #names = new Set<string>();

  constructor(readonly graphName: string) {}

  /** Adds a value whose type is declared: an input, a cached state or a weight. */
  leaf(op: LeafOp, type: TensorType, label: NodeLabel): ValueId {
    return this.#push({ op, inputs: [], attributes: {}, type, label });
  }

  /**
   * Adds a node.
   *
   * @throws GeodesicError `ir.type` when the op's rule refuses the operands; the message names the node and its source line
   */
  add<K extends Exclude<OpName, LeafOp>>(
    op: K,
    inputs: readonly ValueId[],
    attributes: OpAttributes[K],
    label: NodeLabel,
  ): ValueId {
    const type = inferType(
      op,
      inputs.map((id) => this.node(id).type),
      attributes,
      label,
    );
    return this.#push({ op, inputs, attributes, type, label });
  }

  /** Adds a copy of a node with other operands; the type is inferred anew, a leaf keeps its own. */
  addLike(node: AnyNode, inputs: readonly ValueId[], label: NodeLabel = node): ValueId {
    if (isLeaf(node.op)) return this.leaf(node.op, node.type, label);
    return this.add(node.op, inputs, node.attributes as never, label);
  }

  node(id: ValueId): AnyNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new RangeError(`graph '${this.graphName}' has no value %${id}`);
    return node;
  }

  /** Gives a node another name, which must be free. */
  rename(id: ValueId, name: string): void {
    const node = this.node(id);
    if (node.name === name) return;
    this.#claim(name);
    this.#names.delete(node.name);
    this.#nodes[id] = { ...node, name };
  }

  /** A name that is still free: the given one, or it with the first suffix `#2`, `#3`, … */
  freeName(name: string): string {
    if (!this.#names.has(name)) return name;
    for (let i = 2; ; i++) {
      const candidate = `${name}#${i}`;
      if (!this.#names.has(candidate)) return candidate;
    }
  }

  finish(outputs: ReadonlyMap<string, ValueId>): Graph {
    return { name: this.graphName, nodes: [...this.#nodes], outputs: new Map(outputs) };
  }

  #push(parts: {
    op: OpName;
    inputs: readonly ValueId[];
    attributes: OpAttributes[OpName] | NoAttributes;
    type: TensorType;
    label: NodeLabel;
  }): ValueId {
    const { op, inputs, attributes, type, label } = parts;
    const id = this.#nodes.length;
    this.#claim(label.name);
    const source = label.source === undefined ? {} : { source: label.source };
    this.#nodes.push({
      id,
      op,
      inputs: [...inputs],
      attributes,
      type,
      name: label.name,
      ...source,
    } as AnyNode);
    return id;
  }

  #claim(name: string): void {
    if (this.#names.has(name)) {
      throw new GeodesicError(
        'ir.duplicate-name',
        `two values of graph '${this.graphName}' are named '${name}'`,
      );
    }
    this.#names.add(name);
  }
}

/** Whether an op has no operands, so that its type is declared instead of inferred. */
export function isLeaf(op: OpName): op is LeafOp {
  return op === 'input' || op === 'state' || op === 'parameter';
}

/**
 * The type that an op's rule gives for operand types.
 *
 * @throws GeodesicError `ir.type` naming the node
 */
export function inferType<K extends Exclude<OpName, LeafOp>>(
  op: K,
  inputs: readonly TensorType[],
  attributes: OpAttributes[K],
  label: NodeLabel,
): TensorType {
  const refuse = (message: string) =>
    new GeodesicError('ir.type', `${describeNode({ op, ...label })}: ${message}`);
  if (!Object.hasOwn(typeRules, op)) throw refuse('there is no such op');
  const limit = operandLimits[op];
  if (inputs.length > limit) throw refuse(`has ${inputs.length} operands, of which it reads ${limit}`);
  try {
    return (typeRules[op] as TypeRule<K>)(inputs, attributes);
  } catch (error) {
    if (error instanceof TypeRuleError) throw refuse(error.message);
    // Rules read attributes as their types promise; callers without types may have left some out.
    if (error instanceof TypeError) throw refuse(`its attributes are not those of ${op} (${error.message})`);
    throw error;
  }
}
