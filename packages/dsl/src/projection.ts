import { featuresOf } from './ops.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

/** x · weight (+ bias), with the weights `<name>.weight` [in, out] and `<name>.bias` [out]. */
export function project(scope: Scope, x: Tensor, name: string, features: number, bias = false): Tensor {
  const weight = scope.parameter(`${name}.weight`, [featuresOf(x), features]);
  return bias
    ? emit('linear', [x, weight, scope.parameter(`${name}.bias`, [features])], {}, project)
    : emit('linear', [x, weight], {}, project);
}
