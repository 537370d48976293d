import type { OpAttributes, OpName } from './ops.js';
import type { TensorType } from './tensor-type.js';

/** Index of a node in its graph; operands come before their users. */
export type ValueId = number;

/** Where in the DSL source a node was declared. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One SSA value. */
export interface Node<K extends OpName = OpName> {
  readonly id: ValueId;
  readonly op: K;
  readonly inputs: readonly ValueId[];
  readonly attributes: OpAttributes[K];
  readonly type: TensorType;
  /** Stable path, unique in the graph: `layers.15.attention.keys`. Weights, captures, diagnostics and costs use it. */
  readonly name: string;
  readonly source?: SourceLocation;
}

/** A node narrowed by its op: `if (node.op === 'rope') node.attributes…`. */
export type AnyNode = { [K in OpName]: Node<K> }[OpName];

/** An immutable graph. Passes make new ones. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly AnyNode[];
  readonly outputs: ReadonlyMap<string, ValueId>;
}

/** The node of an id; an id that the graph lacks is a defect of the caller. */
export function nodeAt(graph: Graph, id: ValueId): AnyNode {
  const node = graph.nodes[id];
  if (node === undefined) throw new RangeError(`graph '${graph.name}' has no value %${id}`);
  return node;
}

/** The node of a name, if the graph has one. */
export function findNode(graph: Graph, name: string): AnyNode | undefined {
  return graph.nodes.find((node) => node.name === name);
}

/** `models/llama.ts:20:7`, or nothing known. */
export function printSource(source: SourceLocation | undefined): string {
  return source === undefined ? 'unknown source' : `${source.file}:${source.line}:${source.column}`;
}

/** How diagnostics name a node: its path, op and source line. */
export function describeNode(node: Pick<AnyNode, 'name' | 'op' | 'source'>): string {
  return `'${node.name}' (${node.op}, ${printSource(node.source)})`;
}
