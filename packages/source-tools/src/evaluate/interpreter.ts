import type { CallExpression, NewExpression } from 'ts-morph';

/** `f(…)` or `new C(…)`. */
export type Call = CallExpression | NewExpression;

/** What geodesic's own names stand for, to whoever evaluates. */
export interface Interpreter {
  /** The value of a name that geodesic exports and that is no function, else `UNKNOWN`. */
  constant(name: string): unknown;
  /** The value of a call of a function that geodesic exports, whose arguments may hold `UNKNOWN`. */
  call(name: string, args: readonly unknown[], node: Call): unknown;
  /** The value of a call of a method of something that is neither a literal nor a list. */
  method(object: object, name: string, args: readonly unknown[], node: CallExpression): unknown;
}
