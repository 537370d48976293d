import { type Block, declared } from './block.js';
import { gatedMlp, type MlpOptions } from './gated-mlp.js';
import { add, div, keepTopK, mul, sigmoid, slice, softmax, sum } from './ops.js';
import { project } from './projection.js';
import type { Scope } from './scope.js';
import type { Tensor } from './tensor.js';

export interface MixtureOfExpertsOptions extends MlpOptions {
  readonly experts: number;
  /** How many experts each token goes to. */
  readonly active: number;
  /** Whether the probabilities of these are scaled to a sum of 1; default true. */
  readonly normalised?: boolean;
  /** Features inside one more expert, which every token goes to and weighs by a gate of its own (Qwen 2 MoE); default: none. */
  readonly sharedDim?: number;
}

/**
 * Σ weight_e · expert_e(x) over the `active` experts with the largest router probabilities (Jiang et al., 2024), and where there is
 * a shared expert, sigmoid(gate(x)) · shared(x). Every expert is a gated MLP, and all of them run: those that a token does not go to
 * have weight 0.
 */
export function mixtureOfExperts(options: MixtureOfExpertsOptions): Block {
  const { experts, active, normalised = true, sharedDim, ...mlp } = options;
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
      const routed = parts.reduce((total, part) => add(total, part));
      return sharedDim === undefined
        ? routed
        : add(routed, sharedExpert(x, scope, { ...mlp, dim: sharedDim }));
    },
  };
}

/** The expert that every token goes to. */
function sharedExpert(x: Tensor, scope: Scope, mlp: MlpOptions): Tensor {
  const expert = scope.apply({ ...gatedMlp(mlp), path: 'sharedExpert' }, x);
  return mul(expert, sigmoid(project(scope, x, 'sharedGate', 1)));
}
