/** Source code of a value, before it is laid out in lines. */
export type Expression =
  | Code
  | NumberExpression
  | ObjectExpression
  | ArrayExpression
  | CallExpression
  | ArrowExpression;

/** Text that is written as it is: a literal, a name, an arrow function of one line. */
export interface Code {
  readonly kind: 'code';
  readonly text: string;
}

/** A number, and the name of the constant that it may become. */
export interface NumberExpression {
  readonly kind: 'number';
  readonly value: number;
  readonly constant?: string;
}

export interface ObjectExpression {
  readonly kind: 'object';
  readonly entries: readonly (readonly [key: string, value: Expression])[];
}

export interface ArrayExpression {
  readonly kind: 'array';
  readonly items: readonly Expression[];
}

export interface CallExpression {
  readonly kind: 'call';
  readonly callee: string;
  readonly args: readonly Expression[];
}

/** A function without parameters. */
export interface ArrowExpression {
  readonly kind: 'arrow';
  readonly body: Expression;
}

export const code = (text: string): Code => ({ kind: 'code', text });

export const numberOf = (value: number): NumberExpression => ({ kind: 'number', value });

export const object = (entries: ObjectExpression['entries']): ObjectExpression => ({
  kind: 'object',
  entries,
});

export const array = (items: readonly Expression[]): ArrayExpression => ({ kind: 'array', items });

export const arrow = (body: Expression): ArrowExpression => ({ kind: 'arrow', body });

export const call = (callee: string, ...args: readonly Expression[]): CallExpression => ({
  kind: 'call',
  callee,
  args,
});

/** The same expression with its direct parts replaced. */
export function mapParts(expression: Expression, map: (part: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'object':
      return object(expression.entries.map(([key, value]) => [key, map(value)]));
    case 'array':
      return array(expression.items.map(map));
    case 'call':
      return call(expression.callee, ...expression.args.map(map));
    case 'arrow':
      return arrow(map(expression.body));
    default:
      return expression;
  }
}

/** The direct parts of an expression. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'object':
      return expression.entries.map(([, value]) => value);
    case 'array':
      return expression.items;
    case 'call':
      return expression.args;
    case 'arrow':
      return [expression.body];
    default:
      return [];
  }
}

/** The value of an object's entry. */
export function entryOf(expression: Expression | undefined, key: string): Expression | undefined {
  if (expression?.kind !== 'object') return undefined;
  return expression.entries.find(([name]) => name === key)?.[1];
}

/** Equal for expressions that are written alike. */
export function keyOf(expression: Expression): string {
  return JSON.stringify(expression);
}
