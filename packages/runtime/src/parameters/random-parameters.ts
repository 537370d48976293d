import { type Device, placeWeight } from '@geodesic/backend';
import type { AnyNode, Graph, Traceable, ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { seededRandom } from '../random.js';

/**
 * Weights for a model that no checkpoint exists of: each is drawn from a normal distribution with a deviation of
 * 1 / √(its first axis), the inputs of a matrix, or 1 for a single number; norms begin with weights of 1, and they and projections with biases of 0.
 * What a weight holds depends on the seed and its path alone, so that a change of one block leaves the others as they were.
 *
 * @throws GeodesicError `backend.memory`, `backend.lost`
 * @returns by weight path, on the device; for `LanguageModel`, which owns them from then on
 */
export function randomParameters(
  definition: Traceable,
  device: Device,
  { seed = 0 }: { readonly seed?: number } = {},
): Map<string, Tensor> {
  const graph = definition.trace({ phase: 'prefill', logits: 'last' });
  const fixed = fixedValues(graph);
  const parameters = new Map<string, Tensor>();
  try {
    for (const { op, id, name, type } of graph.nodes) {
      if (op !== 'parameter') continue;
      const shape = type.axes.map(({ size }) => size as number);
      const count = shape.reduce((product, size) => product * size, 1);
      const value = fixed.get(id);
      const data =
        value === undefined
          ? normalNumbers(count, (shape[0] ?? 1) ** -0.5, seed ^ hashOf(name))
          : new Float32Array(count).fill(value);
      parameters.set(name, placeWeight(device, name, data, shape));
    }
  } catch (error) {
    for (const tensor of parameters.values()) tensor.dispose();
    throw error;
  }
  return parameters;
}

/** Weights that begin as what changes nothing: those of norms as 1, biases as 0. */
function fixedValues(graph: Graph): Map<ValueId, number> {
  return new Map(graph.nodes.flatMap(fixedOperands));
}

function fixedOperands({ op, inputs }: AnyNode): [ValueId, number][] {
  const [, weight, bias] = inputs;
  const isNorm = op === 'rmsNorm' || op === 'layerNorm';
  return [
    ...(isNorm && weight !== undefined ? [[weight, 1] as [ValueId, number]] : []),
    ...((isNorm || op === 'linear') && bias !== undefined ? [[bias, 0] as [ValueId, number]] : []),
  ];
}

/** Box and Muller's transform of a seeded generator. */
function normalNumbers(count: number, deviation: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return deviation * radius * Math.cos(2 * Math.PI * random());
  });
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  return hash >>> 0;
}
