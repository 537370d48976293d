import type { OpAttributes, OpName } from './ops.js';
import type { TensorType } from './tensor-type.js';

/** The type that an op gives for those of its operands; it throws a `TypeRuleError` for others. */
export type TypeRule<K extends OpName> = (
  inputs: readonly TensorType[],
  attributes: OpAttributes[K],
) => TensorType;

/** Ops whose type is declared instead of inferred. */
export type LeafOp = 'input' | 'state' | 'parameter';

/** A rule for each op that is inferred. */
export type TypeRules = { readonly [K in Exclude<OpName, LeafOp>]: TypeRule<K> };
