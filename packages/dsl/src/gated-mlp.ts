import { type ActivationName, activationNamed } from './activation.js';
import { type Block, declared } from './block.js';
import { featuresOf, mul } from './ops.js';
import { project } from './projection.js';

export interface MlpOptions {
  /** Features between the two projections. */
  readonly dim: number;
  readonly activation: ActivationName;
  readonly bias?: boolean;
}

/** down(activation(gate(x)) · up(x)) (Shazeer, 2020). */
export function gatedMlp(options: MlpOptions): Block {
  const { dim, activation, bias = false } = options;
  return {
    path: 'mlp',
    ...declared(gatedMlp, options),
    apply(x, scope) {
      const gate = activationNamed(activation)(project(scope, x, 'gate', dim, bias));
      const hidden = mul(gate, project(scope, x, 'up', dim, bias));
      return project(scope, hidden, 'down', featuresOf(x), bias);
    },
  };
}
