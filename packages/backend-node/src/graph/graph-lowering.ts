import { activations, arithmetic } from './arithmetic.js';
import { attention } from './attention.js';
import { attentionMask } from './attention-mask.js';
import { keepTopK } from './keep-top-k.js';
import { layout } from './layout.js';
import type { GraphLowerings, LoweredOp } from './lowering-types.js';
import { norms } from './norms.js';
import { alibiBias, rope } from './positions.js';
import { products } from './products.js';
import { mergeStatistics, tokenMerge } from './token-merge.js';

/** From IR op to TensorFlow nodes: `composedLowering` of `@geodesic/backend` in other words. */
export const graphLowering: GraphLowerings<LoweredOp> = {
  ...arithmetic,
  ...activations,
  ...layout,
  ...products,
  ...norms,
  rope,
  alibiBias,
  attention,
  attentionMask,
  keepTopK,
  tokenMerge,
  mergeStatistics,
};
