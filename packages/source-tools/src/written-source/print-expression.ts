import type { Expression } from './expression.js';

/** The columns of a line of what is written. */
export const LINE_WIDTH = 110;
const INDENT = '  ';

/** Where an expression is written: its indentation, and what stands before and behind it in its line. */
export interface Place {
  readonly indent?: number;
  readonly before?: number;
  readonly behind?: number;
}

/** An expression in lines of at most `LINE_WIDTH` columns, as Biome and Prettier lay them out; the first is not indented. */
export function printExpression(expression: Expression, place: Place = {}): string {
  const { indent = 0, before = indent * INDENT.length, behind = 1 } = place;
  const flat = printFlat(expression);
  if (before + flat.length + behind <= LINE_WIDTH) return flat;
  switch (expression.kind) {
    case 'object':
      return enclosed(
        '{',
        expression.entries.map(([key, value]) => printEntry(key, value, indent + 1)),
        '}',
        indent,
      );
    case 'array':
      return expression.items.every(({ kind }) => kind === 'number')
        ? filled(expression.items.map(printFlat), indent)
        : enclosed('[', printAll(expression.items, indent + 1), ']', indent);
    case 'call':
      return printCall(expression.callee, expression.args, indent, before);
    case 'arrow':
      return `() => ${printExpression(expression.body, { indent, before: LINE_WIDTH })}`;
    default:
      return flat;
  }
}

/** A number as short as it can be read: `1e-5`, not `0.00001`. */
export function printNumber(value: number): string {
  const plain = String(value);
  const exponent = value.toExponential().replace('e+', 'e');
  return exponent.length < plain.length && Math.abs(value) < 1 ? exponent : plain;
}

/** A string literal. */
export function printText(text: string): string {
  return text.includes("'")
    ? JSON.stringify(text)
    : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;
}

function printFlat(expression: Expression): string {
  switch (expression.kind) {
    case 'code':
      return expression.text;
    case 'number':
      return printNumber(expression.value);
    case 'object': {
      const entries = expression.entries.map(([key, value]) => entryText(key, printFlat(value)));
      return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
    }
    case 'array':
      return `[${expression.items.map(printFlat).join(', ')}]`;
    case 'call':
      return `${expression.callee}(${expression.args.map(printFlat).join(', ')})`;
    case 'arrow':
      return `() => ${printFlat(expression.body)}`;
  }
}

function printEntry(key: string, value: Expression, indent: number): string {
  const before = indent * INDENT.length + key.length + 2;
  return entryText(key, printExpression(value, { indent, before }));
}

function entryText(key: string, value: string): string {
  return key === value ? key : `${key}: ${value}`;
}

/** A single object or list, or a function or object behind others, stays at the parenthesis; other arguments get a line each. */
function printCall(callee: string, args: readonly Expression[], indent: number, before: number): string {
  const last = args.at(-1);
  const others = args.slice(0, -1).map((arg) => `${printFlat(arg)}, `);
  const opening = `${callee}(${others.join('')}`;
  if (last !== undefined && staysAtParenthesis(last, others.length, before + opening.length)) {
    return `${opening}${printExpression(last, { indent, before: LINE_WIDTH })})`;
  }
  return enclosed(`${callee}(`, printAll(args, indent + 1), ')', indent);
}

/** @param before columns before it, if it does */
function staysAtParenthesis({ kind }: Expression, others: number, before: number): boolean {
  if (kind === 'arrow') return true;
  if (others === 0) return kind === 'object' || kind === 'array';
  return kind === 'object' && before + '{'.length <= LINE_WIDTH;
}

function printAll(expressions: readonly Expression[], indent: number): string[] {
  return expressions.map((expression) => printExpression(expression, { indent }));
}

function enclosed(open: string, lines: readonly string[], close: string, indent: number): string {
  const inner = INDENT.repeat(indent + 1);
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${INDENT.repeat(indent)}${close}`;
}

/** Numbers, as many in a line as fit. */
function filled(numbers: readonly string[], indent: number): string {
  const inner = INDENT.repeat(indent + 1);
  const lines: string[] = [];
  for (const number of numbers) {
    const last = lines.at(-1);
    if (last === undefined || inner.length + last.length + number.length + 2 > LINE_WIDTH)
      lines.push(`${number},`);
    else lines[lines.length - 1] = `${last} ${number},`;
  }
  return `[\n${lines.map((line) => `${inner}${line}\n`).join('')}${INDENT.repeat(indent)}]`;
}
