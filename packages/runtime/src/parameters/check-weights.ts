import type { Weight } from '@geodesic/backend';
import { GeodesicError, type Graph } from '@geodesic/compiler';

/**
 * Whether weights are those of a graph: kernels would stretch some of another shape, and give numbers.
 *
 * @throws GeodesicError `weights.mismatch` naming each that is missing or misshapen
 */
export function checkWeights(graph: Graph, weights: ReadonlyMap<string, Weight>): void {
  const problems = graph.nodes.flatMap(({ op, name, type }) => {
    if (op !== 'parameter') return [];
    const shape = weights.get(name)?.shape;
    if (shape === undefined) return [`'${name}' is missing`];
    const fits = shape.length === type.axes.length && type.axes.every(({ size }, i) => size === shape[i]);
    return fits ? [] : [`'${name}' has shape [${shape}] instead of [${type.axes.map(({ size }) => size)}]`];
  });
  if (problems.length === 0) return;
  throw new GeodesicError(
    'weights.mismatch',
    `the weights are not those of the model: ${problems.join('; ')}`,
  );
}
