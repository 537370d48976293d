import { type Block, located } from './block.js';
import { featuresOf } from './ops.js';
import { emit } from './tensor.js';

/** Layer normalisation with a learned weight and bias (Ba et al., 2016). */
export function layerNorm(options: { readonly eps: number }): Block {
  return {
    path: 'norm',
    ...located(layerNorm),
    apply(x, scope) {
      const shape = [featuresOf(x)];
      return emit('layerNorm', [x, scope.parameter('weight', shape), scope.parameter('bias', shape)], {
        eps: options.eps,
      });
    },
  };
}
