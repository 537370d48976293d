import { gelu, geluTanh, relu, silu } from './ops.js';
import type { Tensor } from './tensor.js';

/** Activations by the names of Hugging Face configs' `hidden_act`, without those that mean the same. */
export const activations = { silu, gelu, geluTanh, relu } as const satisfies Record<
  string,
  (x: Tensor) => Tensor
>;

export type ActivationName = keyof typeof activations;
