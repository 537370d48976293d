import { type AnyNode, type Graph, ofAnyLayer } from '@geodesic/compiler';
import { array, type Expression, numberOf, object } from '../written-source/expression.js';
import { printExpression, printText } from '../written-source/print-expression.js';

/** Declares the shapes of a graph's weights; those of layers that are alike stand for all of them, with `{i}` in the path. */
export function printWeightShapes(graph: Graph): string[] {
  const shapes = new Map<string, Map<string, Expression>>();
  for (const node of graph.nodes) {
    if (node.op !== 'parameter') continue;
    const pattern = ofAnyLayer(node.name);
    shapes.set(pattern, (shapes.get(pattern) ?? new Map()).set(node.name, shapeOf(node)));
  }
  const entries = [...shapes].flatMap(([pattern, own]): [string, Expression][] => {
    const alike = new Set([...own.values()].map((shape) => JSON.stringify(shape))).size === 1;
    return alike ? [[pattern, [...own.values()][0] as Expression]] : [...own];
  });
  const table = object(entries.map(([path, shape]) => [printText(path), shape]));
  return [
    '/** Shapes of the weights by their stable paths, in which {i} is the index of a layer; matrices are [inputs, outputs]. */',
    `export const WEIGHTS = ${printExpression(table, { before: Number.POSITIVE_INFINITY })} as const;`,
  ];
}

function shapeOf({ type }: AnyNode): Expression {
  return array(type.axes.map(({ size }) => numberOf(size as number)));
}
