import { type Block, located } from './block.js';
import { add, mean, mul, rsqrt, sub } from './ops.js';

/** Layer normalisation without a learned weight: every vector with mean 0 and variance 1 (OPT's `layer_norm_elementwise_affine`). */
export function plainLayerNorm({ eps }: { readonly eps: number }): Block {
  return {
    path: 'norm',
    ...located(plainLayerNorm),
    apply(x) {
      const centred = sub(x, mean(x));
      return mul(centred, rsqrt(add(mean(mul(centred, centred)), eps)));
    },
  };
}
