import { GeodesicError } from '@geodesic/compiler/host';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Weights by their stable paths, such as `layers.15.attention.key.weight`; matrices are [inputs, outputs]. */
export type Weights = ReadonlyMap<string, Tensor>;

/**
 * Weights by the rest of their paths.
 *
 * @param path what their paths begin with, such as `layers.15`; nothing for whole paths
 * @throws GeodesicError `run.input` where one is asked for that there is not
 */
export function weightsAt(weights: Weights, path?: string): (name: string) => Tensor {
  return (name) => weightNamed(path === undefined ? name : `${path}.${name}`, weights);
}

/** @throws GeodesicError `run.input` where there is no such weight */
export function weightNamed<T>(name: string, weights: ReadonlyMap<string, T>): T {
  const weight = weights.get(name);
  if (weight === undefined) throw new GeodesicError('run.input', `the run lacks the weight '${name}'`);
  return weight;
}
