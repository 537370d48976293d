import { GeodesicError } from '../error.js';
import { describeNode, type Graph } from './graph.js';
import { inferType, isLeaf } from './graph-builder.js';
import { isReadableAxis, printAxis, printType, typesEqual } from './tensor-type.js';

/**
 * Proves that a graph is well formed: ids in order, operands before users, unique names, and every type equal to what its
 * op's rule infers. As the rules refuse to mix token domains, a pass that forgot to rewrite something can't get through.
 *
 * @throws GeodesicError `ir.invalid` or `ir.type` naming the first offending node and its source line
 */
export function verify(graph: Graph): void {
  const names = new Set<string>();
  graph.nodes.forEach((node, index) => {
    const where = () => `graph '${graph.name}': ${describeNode(node)}`;
    if (node.id !== index) throw invalid(`${where()} has id ${node.id} at index ${index}`);
    if (names.has(node.name)) throw invalid(`${where()} has a name that is already taken`);
    names.add(node.name);
    const axis = node.type.axes.find((entry) => !isReadableAxis(entry));
    if (axis !== undefined) throw invalid(`${where()} has an axis that can't be: '${printAxis(axis)}'`);
    const operands = node.inputs.map((id) => {
      const operand = id < index ? graph.nodes[id] : undefined;
      if (operand === undefined) throw invalid(`${where()} uses %${id}, which is not defined before it`);
      return operand.type;
    });
    if (isLeaf(node.op)) {
      if (operands.length > 0) throw invalid(`${where()} is a leaf but has operands`);
      return;
    }
    const inferred = inferType(node.op, operands, node.attributes as never, node);
    if (!typesEqual(inferred, node.type)) {
      throw invalid(`${where()} says ${printType(node.type)}, its operands make ${printType(inferred)}`);
    }
  });
  for (const [name, id] of graph.outputs) {
    if (graph.nodes[id] === undefined)
      throw invalid(`graph '${graph.name}': output '${name}' is %${id}, which does not exist`);
  }
}

function invalid(message: string): GeodesicError {
  return new GeodesicError('ir.invalid', message);
}
