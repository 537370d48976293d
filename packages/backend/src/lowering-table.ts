import type { AnyNode, HostOp, LeafOp, OpAttributes, OpName } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from './tfjs.js';

/** Ops that run on the device; leaves are given, host ops are evaluated by the compiler's own code. */
export type DeviceOp = Exclude<OpName, LeafOp | HostOp>;

/** What a lowering gets beside its operands. */
export interface LoweringContext {
  readonly tf: Tfjs;
}

/** Makes the tfjs calls of one node. It runs inside `tf.tidy`, so that only the result survives. */
export type Lowering<K extends DeviceOp> = (
  context: LoweringContext,
  inputs: readonly Tensor[],
  attributes: OpAttributes[K],
) => Tensor;

/** From IR op to tfjs calls. A backend starts from `composedLowering` and replaces what it can do better. */
export type LoweringTable = { readonly [K in DeviceOp]: Lowering<K> };

/** Lowers one device node; only its result survives. */
export function lower(
  table: LoweringTable,
  context: LoweringContext,
  node: AnyNode,
  inputs: readonly Tensor[],
): Tensor {
  const lowering = table[node.op as DeviceOp] as Lowering<DeviceOp>;
  return context.tf.tidy(() => lowering(context, inputs, node.attributes as never));
}
