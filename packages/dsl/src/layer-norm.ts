import { GeodesicError, printType } from '@geodesic/compiler';
import { type Block, declared } from './block.js';
import { featuresOf } from './ops.js';
import { emit, type Tensor } from './tensor.js';

export interface LayerNormOptions {
  readonly eps: number;
  /** Whether a learned bias is added; default true. */
  readonly bias?: boolean;
  /** Whether each head of [B, N, heads, dim] has a weight (and bias) of its own, [heads, dim]; default false. */
  readonly perHead?: boolean;
}

/** Layer normalisation with a learned weight (Ba et al., 2016); `plainLayerNorm` has none. */
export function layerNorm(options: LayerNormOptions): Block {
  const { eps, bias = true, perHead = false } = options;
  return {
    path: 'norm',
    ...declared(layerNorm, options),
    apply(x, scope) {
      const shape = perHead ? [headsOf(x), featuresOf(x)] : [featuresOf(x)];
      const weight = scope.parameter('weight', shape);
      const operands = bias ? ([x, weight, scope.parameter('bias', shape)] as const) : ([x, weight] as const);
      return emit('layerNorm', operands, { eps });
    },
  };
}

function headsOf(x: Tensor): number {
  const heads = x.type.axes.length === 4 ? x.type.axes[2]?.size : undefined;
  if (typeof heads === 'number') return heads;
  throw new GeodesicError(
    'dsl.features',
    `layerNorm: perHead needs states [B, N, heads, dim], not ${printType(x.type)}`,
  );
}
