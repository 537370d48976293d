import { activationNamed } from './activation.js';
import { type Block, declared } from './block.js';
import type { MlpOptions } from './gated-mlp.js';
import { featuresOf } from './ops.js';
import { project } from './projection.js';

/** down(activation(up(x))). */
export function mlp(options: MlpOptions): Block {
  const { dim, activation, bias = false } = options;
  return {
    path: 'mlp',
    ...declared(mlp, options),
    apply(x, scope) {
      const hidden = activationNamed(activation)(project(scope, x, 'up', dim, bias));
      return project(scope, hidden, 'down', featuresOf(x), bias);
    },
  };
}
