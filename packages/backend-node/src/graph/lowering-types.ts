import type { DeviceOp } from '@geodesic/backend';
import type { Dim, OpAttributes } from '@geodesic/compiler';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import type { GraphValue } from './graph-value.js';

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
