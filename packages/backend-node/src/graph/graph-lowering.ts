import type { DeviceOp } from '@geodesic/backend';
import type { Dim, OpAttributes } from '@geodesic/compiler';
import { activations, arithmetic } from './arithmetic.js';
import { attention } from './attention.js';
import { attentionMask } from './attention-mask.js';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import type { GraphValue } from './graph-value.js';
import { keepTopK } from './keep-top-k.js';
import { layout } from './layout.js';
import { norms } from './norms.js';
import { alibiBias, rope } from './positions.js';
import { products } from './products.js';
import { mergeStatistics, tokenMerge } from './token-merge.js';

/** What TensorFlow computes. */
export type LoweredOp = DeviceOp | 'attentionMask';

/** Adds the nodes of one op; `axes` are those of the result. */
export type GraphLowering<K extends LoweredOp> = (
  graph: GraphUnderConstruction,
  inputs: readonly GraphValue[],
  attributes: OpAttributes[K],
  axes: readonly Dim[],
) => GraphValue;

export type GraphLowerings<K extends LoweredOp> = { readonly [Op in K]: GraphLowering<Op> };

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
