import {
  type Expression,
  type Identifier,
  Node,
  type ObjectLiteralExpression,
  type TemplateExpression,
} from 'ts-morph';
import { propertyKey } from './property-key.js';
import { isPlain, UNKNOWN } from './unknown.js';

/** The value of an object literal, by those of its parts and of the names that stand for themselves. */
export function objectValue(
  node: ObjectLiteralExpression,
  evaluate: (part: Expression) => unknown,
  evaluateName: (name: Identifier) => unknown,
): unknown {
  const value: Record<string, unknown> = {};
  for (const property of node.getProperties()) {
    if (Node.isSpreadAssignment(property)) {
      const spread = evaluate(property.getExpression());
      if (spread === undefined || spread === null) continue;
      if (!isPlain(spread)) return UNKNOWN;
      Object.assign(value, spread);
    } else if (Node.isPropertyAssignment(property)) {
      const key = propertyKey(property.getNameNode());
      if (key === undefined) return UNKNOWN;
      value[key] = evaluate(property.getInitializerOrThrow());
    } else if (Node.isShorthandPropertyAssignment(property)) {
      value[property.getName()] = evaluateName(property.getNameNode());
    } else {
      const key = propertyKey(property.getNameNode());
      if (key === undefined) return UNKNOWN;
      value[key] = UNKNOWN;
    }
  }
  return value;
}

/** The list of the elements of a list literal, or of a call's arguments; `UNKNOWN` where one spreads what is no list. */
export function listValue(
  elements: readonly Node[],
  evaluate: (element: Node) => unknown,
): unknown[] | typeof UNKNOWN {
  const list: unknown[] = [];
  for (const element of elements) {
    if (!Node.isSpreadElement(element)) {
      list.push(evaluate(element));
      continue;
    }
    const spread = evaluate(element.getExpression());
    if (!Array.isArray(spread)) return UNKNOWN;
    list.push(...spread);
  }
  return list;
}

/** The text of a template, where what it holds is text, a number or a truth value. */
export function templateValue(node: TemplateExpression, evaluate: (part: Expression) => unknown): unknown {
  let text = node.getHead().getLiteralText();
  for (const span of node.getTemplateSpans()) {
    const value = evaluate(span.getExpression());
    if (!['string', 'number', 'boolean'].includes(typeof value)) return UNKNOWN;
    text += `${String(value)}${span.getLiteral().getLiteralText()}`;
  }
  return text;
}
