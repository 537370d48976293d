import {
  GeodesicError,
  type LeafOp,
  type OpAttributes,
  type OpName,
  type TensorType,
  type ValueId,
} from '@geodesic/compiler';
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
  const made = inputs.find((input) => input instanceof Tensor);
  if (made === undefined)
    throw new GeodesicError('dsl.tensor', `${op}: ${String(inputs[0])} is not a tensor`);
  return made.tracer.emit(op, inputs, attributes, callee);
}
