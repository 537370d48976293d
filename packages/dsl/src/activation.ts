import { GeodesicError } from '@geodesic/compiler';
import { gelu, geluTanh, quickGelu, relu, reluSquared, silu } from './ops.js';
import type { Tensor } from './tensor.js';

/** Activations by the names that blocks take them by; Hugging Face configs have others, and several of one function. */
export const activations = { silu, gelu, geluTanh, quickGelu, relu, reluSquared } as const satisfies Record<
  string,
  (x: Tensor) => Tensor
>;

export type ActivationName = keyof typeof activations;

/** @throws GeodesicError `dsl.option` for a name that callers without types made up */
export function activationNamed(name: ActivationName): (x: Tensor) => Tensor {
  const activation = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (activation !== undefined) return activation;
  const known = Object.keys(activations).join(', ');
  throw new GeodesicError('dsl.option', `there is no activation '${name}'; there are ${known}`);
}
