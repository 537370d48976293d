import type { SourceLocation } from '@geodesic/compiler';
import { type Declaration, type Declared, declaredBy } from './declaration.js';
import type { Scope } from './scope.js';
import { callerOf } from './source-location.js';
import type { Tensor } from './tensor.js';

/** A part of a model: a function from hidden states to hidden states [B, N, features], and what it is called. */
export interface Block extends Declared {
  /** Name of the block's place below the one it stands in: `attention`, `mlp`. Without one its parts stand where it does. */
  readonly path?: string;
  readonly source?: SourceLocation;
  /** Locate every op where it is made, instead of where the block was declared. */
  readonly locateOps?: boolean;
  apply(x: Tensor, scope: Scope): Tensor;
}

/**
 * A block of the user's own: a function of the primitive ops.
 *
 * ```ts
 * const gated = block('gau', (x, p) => mul(linear(x, p.parameter('up', [64, 64])), sigmoid(x)));
 * ```
 */
export function block(path: string, apply: (x: Tensor, scope: Scope) => Tensor): Block {
  return { path, apply, locateOps: true, ...located(block) };
}

/** The `source` and the `declaration` of a block, for the function that makes it to spread in. */
export function declared(
  blockFunction: (...args: never[]) => unknown,
  ...args: readonly unknown[]
): { source?: SourceLocation; declaration: Declaration } {
  return { ...located(blockFunction), ...declaredBy(blockFunction, ...args) };
}

/** The `source` of a block, for the function that makes it to spread in. */
export function located(blockFunction: (...args: never[]) => unknown): { source?: SourceLocation } {
  const source = callerOf(blockFunction);
  return source === undefined ? {} : { source };
}
