import { activationNamed } from './activation.js';
import { type Block, located } from './block.js';
import type { MlpOptions } from './gated-mlp.js';
import { featuresOf } from './ops.js';
import { project } from './projection.js';

/** down(activation(up(x))). */
export function mlp({ dim, activation, bias = false }: MlpOptions): Block {
  return {
    path: 'mlp',
    ...located(mlp),
    apply(x, scope) {
      const hidden = activationNamed(activation)(project(scope, x, 'up', dim, bias));
      return project(scope, hidden, 'down', featuresOf(x), bias);
    },
  };
}
