import { SyntaxKind } from 'ts-morph';
import { isSimple, UNKNOWN } from './unknown.js';

type Operator = (left: never, right: never) => unknown;

const OPERATORS: Readonly<Partial<Record<SyntaxKind, Operator>>> = {
  [SyntaxKind.PlusToken]: (a: number, b: number) => a + b,
  [SyntaxKind.MinusToken]: (a: number, b: number) => a - b,
  [SyntaxKind.AsteriskToken]: (a: number, b: number) => a * b,
  [SyntaxKind.SlashToken]: (a: number, b: number) => a / b,
  [SyntaxKind.PercentToken]: (a: number, b: number) => a % b,
  [SyntaxKind.AsteriskAsteriskToken]: (a: number, b: number) => a ** b,
  [SyntaxKind.LessThanToken]: (a: number, b: number) => a < b,
  [SyntaxKind.LessThanEqualsToken]: (a: number, b: number) => a <= b,
  [SyntaxKind.GreaterThanToken]: (a: number, b: number) => a > b,
  [SyntaxKind.GreaterThanEqualsToken]: (a: number, b: number) => a >= b,
  [SyntaxKind.EqualsEqualsEqualsToken]: (a: unknown, b: unknown) => a === b,
  [SyntaxKind.ExclamationEqualsEqualsToken]: (a: unknown, b: unknown) => a !== b,
};

/** The value of `left operator right`; the right side is evaluated only where JavaScript does. */
export function applyOperator(kind: SyntaxKind, left: unknown, right: () => unknown): unknown {
  if (left === UNKNOWN) return UNKNOWN;
  switch (kind) {
    case SyntaxKind.AmpersandAmpersandToken:
      return left && right();
    case SyntaxKind.BarBarToken:
      return left || right();
    case SyntaxKind.QuestionQuestionToken:
      return left ?? right();
  }
  const operator = OPERATORS[kind];
  const value = operator === undefined ? UNKNOWN : right();
  return operator === undefined || value === UNKNOWN || ![left, value].every(isSimple)
    ? UNKNOWN
    : operator(left as never, value as never);
}

/** The value of `operator operand`: of a negation, or of a sign before a number. */
export function applyPrefix(operator: SyntaxKind, operand: unknown): unknown {
  if (operand === UNKNOWN) return UNKNOWN;
  if (operator === SyntaxKind.ExclamationToken) return !operand;
  if (typeof operand !== 'number') return UNKNOWN;
  if (operator === SyntaxKind.MinusToken) return -operand;
  return operator === SyntaxKind.PlusToken ? operand : UNKNOWN;
}
