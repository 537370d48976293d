import type { Expression } from '../written-source/expression.js';

/** Names a value within one function that is written. */
export type Key = string;

/** How a value is computed from others, as it is written. */
export interface Step {
  readonly operands: readonly Key[];
  write(operands: readonly Expression[]): Expression;
  /** The variable that it gets, however often it is used; a value without one is written where it is used, if it is used once. */
  readonly name?: string;
  /** The variable that it gets where it has no name and needs one. */
  readonly fallback: string;
  /** Written wherever it is used, and never a variable: a weight, a number. */
  readonly isLeaf?: boolean;
}
