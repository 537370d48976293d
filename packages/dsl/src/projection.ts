import { featuresOf, linear } from './ops.js';
import type { Scope } from './scope.js';
import type { Tensor } from './tensor.js';

/** x · weight (+ bias), with the weights `<name>.weight` [in, out] and `<name>.bias` [out]. */
export function project(scope: Scope, x: Tensor, name: string, features: number, bias = false): Tensor {
  const weight = scope.parameter(`${name}.weight`, [featuresOf(x), features]);
  return bias ? linear(x, weight, scope.parameter(`${name}.bias`, [features])) : linear(x, weight);
}
