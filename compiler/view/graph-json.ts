import type { Graph, SourceLocation, ValueId } from '../ir/graph.js';
import { printType } from '../ir/tensor-type.js';

/** A graph as plain JSON, for programs that are not written in TypeScript. Types are written as `printType` does. */
export interface JsonGraph {
  readonly name: string;
  readonly nodes: readonly JsonNode[];
  readonly outputs: Readonly<Record<string, ValueId>>;
}

/** A node of a `JsonGraph`. */
export interface JsonNode {
  readonly id: ValueId;
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly attributes: object;
  readonly type: string;
  readonly name: string;
  readonly source?: SourceLocation;
}

/** A graph as plain JSON, in the order of its nodes. */
export function graphToJson(graph: Graph): JsonGraph {
  return {
    name: graph.name,
    nodes: graph.nodes.map(({ id, op, inputs, attributes, type, name, source }) => ({
      id,
      op,
      inputs: [...inputs],
      attributes: { ...attributes },
      type: printType(type),
      name,
      ...(source && { source: { ...source } }),
    })),
    outputs: Object.fromEntries(graph.outputs),
  };
}
