import type { AnyNode, HostOp, LeafOp, OpAttributes, OpName } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isPacked, type PackedWeight, type Weight } from './packed-weight.js';
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

/** Ops whose second operand may be a packed weight. */
export type PackedOp = 'linear' | 'embedding';

/** Operands of an op on a packed weight: hidden states or token ids, the weight, and a bias if there is one. */
export type PackedOperands = readonly [Tensor, PackedWeight] | readonly [Tensor, PackedWeight, Tensor];

/** Makes the tfjs calls of one node with a packed weight. It runs inside `tf.tidy`. */
export type PackedLowering = (context: LoweringContext, operands: PackedOperands) => Tensor;

/** How a device computes with its packed weights. */
export type PackedLoweringTable = { readonly [K in PackedOp]: PackedLowering };

/** What ops are lowered with. */
export interface LoweringTarget {
  readonly tf: Tfjs;
  readonly lowering: LoweringTable;
  readonly packing?: { readonly lowering: PackedLoweringTable } | undefined;
}

/** Lowers one device node; only its result survives. An op that can't compute with a packed weight gets it unpacked. */
export function lower(
  { tf, lowering, packing }: LoweringTarget,
  node: AnyNode,
  operands: readonly Weight[],
): Tensor {
  const context = { tf };
  return tf.tidy(() => {
    if (packing !== undefined && takesPacked(node.op, operands)) {
      return packing.lowering[node.op as PackedOp](context, operands);
    }
    const tensors = operands.map((operand) => (isPacked(operand) ? operand.unpack() : operand));
    return (lowering[node.op as DeviceOp] as Lowering<DeviceOp>)(context, tensors, node.attributes as never);
  });
}

function takesPacked(op: OpName, operands: readonly Weight[]): operands is PackedOperands {
  if (op !== 'linear' && op !== 'embedding') return false;
  return operands.every((operand, i) => isPacked(operand) === (i === 1));
}
