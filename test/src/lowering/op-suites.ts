import type { DeviceOp } from '@geodesic/backend';
import { attentionOps } from './attention-ops.js';
import { elementwise } from './elementwise.js';
import { layout } from './layout.js';
import { mergeOps } from './merge-ops.js';
import type { OpSuite } from './op-case.js';
import { products } from './products.js';

/** Every op that backends lower. An op without cases does not compile. */
export const opSuites: { readonly [K in DeviceOp]: OpSuite<K> } = {
  ...elementwise,
  ...layout,
  ...products,
  ...attentionOps,
  ...mergeOps,
};
