import type { LeafOp, OpAttributes, OpName, TensorType, ValueId } from '@geodesic/compiler';
import type { Tracer } from './tracer.js';

/** A value of the graph that is being traced. The ops of `ops.ts` make tensors of tensors. */
export class Tensor {
  constructor(
    readonly tracer: Tracer,
    readonly id: ValueId,
    readonly type: TensorType,
  ) {}
}

/**
 * Adds an op at the place in the model that is being traced. In a block of the user's own it is located where `callee`, the
 * function that the user calls, was called.
 */
export function emit<K extends Exclude<OpName, LeafOp>>(
  op: K,
  inputs: readonly [Tensor, ...Tensor[]],
  attributes: OpAttributes[K],
  callee: (...args: never[]) => Tensor = emit,
): Tensor {
  return inputs[0].tracer.emit(op, inputs, attributes, callee);
}
