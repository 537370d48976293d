import { type Block, declared } from './block.js';
import { featuresOf } from './ops.js';
import { emit } from './tensor.js';

/** Root mean square normalisation with a learned weight (Zhang and Sennrich, 2019). */
export function rmsNorm(options: { readonly eps: number }): Block {
  return {
    path: 'norm',
    ...declared(rmsNorm, options),
    apply: (x, scope) =>
      emit('rmsNorm', [x, scope.parameter('weight', [featuresOf(x)])], { eps: options.eps }),
  };
}
