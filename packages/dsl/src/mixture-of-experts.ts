import { type Block, declared } from './block.js';
import { gatedMlp, type MlpOptions } from './gated-mlp.js';
import { add, div, keepTopK, mul, slice, softmax, sum } from './ops.js';
import { project } from './projection.js';

export interface MixtureOfExpertsOptions extends MlpOptions {
  readonly experts: number;
  /** How many experts each token goes to. */
  readonly active: number;
  /** Whether the probabilities of these are scaled to a sum of 1; default true. */
  readonly normalised?: boolean;
}

/**
 * Σ weight_e · expert_e(x) over the `active` experts with the largest router probabilities (Jiang et al., 2024). Every expert is a
 * gated MLP, and all of them run: those that a token does not go to have weight 0.
 */
export function mixtureOfExperts(options: MixtureOfExpertsOptions): Block {
  const { experts, active, normalised = true, ...mlp } = options;
  return {
    path: 'mlp',
    ...declared(mixtureOfExperts, options),
    apply(x, scope) {
      const kept = keepTopK(softmax(project(scope, x, 'router', experts)), active);
      const weights = scope.named('weights', normalised ? div(kept, sum(kept)) : kept);
      const parts = Array.from({ length: experts }, (_, e) => {
        const expert = scope.apply({ ...gatedMlp(mlp), path: `experts.${e}` }, x);
        return mul(expert, slice(weights, e, 1));
      });
      return parts.reduce((total, part) => add(total, part));
    },
  };
}
