import type { Expression } from './expression.js';
import { printExpression } from './print-expression.js';

/** A constant of a module, whose literals keep their types. */
export function printConstant(name: string, value: Expression): string {
  return `const ${name} = ${printExpression(value, { before: name.length + 9, behind: 10 })} as const;`;
}
