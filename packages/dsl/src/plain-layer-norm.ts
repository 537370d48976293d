import { type Block, declared } from './block.js';
import { add, mean, mul, rsqrt, sub } from './ops.js';

/** Layer normalisation without a learned weight: every vector with mean 0 and variance 1 (OPT's `layer_norm_elementwise_affine`). */
export function plainLayerNorm(options: { readonly eps: number }): Block {
  const { eps } = options;
  return {
    path: 'norm',
    ...declared(plainLayerNorm, options),
    apply(x) {
      const centred = sub(x, mean(x));
      return mul(centred, rsqrt(add(mean(mul(centred, centred)), eps)));
    },
  };
}
