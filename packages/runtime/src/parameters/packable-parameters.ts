import type { Graph } from '@geodesic/compiler';

/** Parameters that a graph uses as matrices of `linear` and tables of `embedding` alone: what devices compute with packed. */
export function packableParameters(graph: Graph): Set<string> {
  const packable = new Set<number>();
  const others = new Set<number>();
  for (const { op, inputs } of graph.nodes) {
    const takesMatrix = op === 'linear' || op === 'embedding';
    inputs.forEach((id, operand) => {
      (takesMatrix && operand === 1 ? packable : others).add(id);
    });
  }
  for (const id of graph.outputs.values()) others.add(id);
  const isPackable = ({ op, id }: Graph['nodes'][number]) =>
    op === 'parameter' && packable.has(id) && !others.has(id);
  return new Set(graph.nodes.filter(isPackable).map(({ name }) => name));
}
