import { GeodesicError, resolveMergeOptions, type SlerpMergeOptions } from '@geodesic/compiler';
import { Node, type ObjectLiteralExpression, type PropertyAssignment, SyntaxKind } from 'ts-morph';
import type { Evaluator } from '../evaluate/evaluator.js';
import { holdsUnknown, isPlain } from '../evaluate/unknown.js';
import type { Edit } from './edits.js';
import { declarationOf, follow, followCall, type Source } from './follow.js';
import { insertItems } from './insert-items.js';
import { refused } from './refused.js';
import type { SourceStyle } from './source-style.js';

/** What is asked of a merge, and what is needed to write it. */
export interface Wanted {
  readonly merge: SlerpMergeOptions;
  readonly style: SourceStyle;
  readonly evaluator: Evaluator;
}

/** The options of a merge as an object literal of the file's style. */
export function mergeLiteral({ merge, style }: Wanted): string {
  return style.object(Object.entries(merge).map(([key, value]) => `${key}: ${style.literal(value)}`));
}

/**
 * Makes what says how tokens merge say it as wanted; options that are not asked for stay.
 *
 * @throws GeodesicError `source.refused`
 */
export function editMerge(source: Source, wanted: Wanted): Edit[] {
  const literal = objectOf(source);
  if (Node.isArrayLiteralExpression(literal.node)) {
    const elements = literal.node.getElements();
    const [only] = elements;
    if (elements.length === 1 && only !== undefined && !Node.isSpreadElement(only)) {
      return editMerge({ node: only, given: literal.given }, wanted);
    }
    throw refused(literal.node, `${elements.length} merges are listed: which one is meant can't be told`);
  }
  if (isNothing(literal.node)) return [replaced(literal.node, mergeLiteral(wanted))];
  if (!Node.isObjectLiteralExpression(literal.node)) {
    throw refused(literal.node, 'it is no object that this file writes out');
  }
  checkTogether(literal.node, wanted);
  return editOptions({ ...literal, node: literal.node }, wanted);
}

/** Follows to a literal; calls of functions of the file too. */
export function objectOf(source: Source): Source {
  const followed = follow(source);
  return Node.isCallExpression(followed.node) ? objectOf(followCall(followed)) : followed;
}

/** `undefined` or `null`. */
export function isNothing(node: Node): boolean {
  return Node.isNullLiteral(node) || (Node.isIdentifier(node) && node.getText() === 'undefined');
}

export function replaced(node: Node, text: string): Edit {
  return { start: node.getStart(), end: node.getEnd(), text };
}

/** Whether the wanted options go with those that stay. */
function checkTogether(literal: ObjectLiteralExpression, { merge, evaluator }: Wanted): void {
  const present = evaluator.evaluate(literal);
  const known = isPlain(present)
    ? Object.fromEntries(Object.entries(present).filter(([, value]) => !holdsUnknown(value)))
    : {};
  if (Array.isArray(known.afterLayer)) throw refused(literal, 'it merges behind several layers');
  try {
    resolveMergeOptions({ ...known, ...merge });
  } catch (error) {
    if (error instanceof GeodesicError) throw refused(literal, error.message);
    throw error;
  }
}

function editOptions(literal: Source & { readonly node: ObjectLiteralExpression }, wanted: Wanted): Edit[] {
  const { merge, style, evaluator } = wanted;
  const properties = literal.node.getProperties();
  const present = evaluator.evaluate(literal.node);
  const missing: string[] = [];
  const edits: Edit[] = [];
  for (const [key, value] of Object.entries(merge)) {
    const property = literal.node.getProperty(key);
    if (property !== undefined) {
      checkLast(property, properties, key);
      edits.push(...editOption(property, value, literal.given, wanted));
    } else if (!isPlain(present) || !isSame(present[key], value)) {
      // Behind what is spread, which may bring the option with another value.
      missing.push(`${key}: ${style.literal(value)}`);
    }
  }
  return missing.length === 0 ? edits : [...edits, ...insertItems(literal.node, properties, missing, style)];
}

/** A spread behind an option may overwrite it. */
function checkLast(property: Node, properties: readonly Node[], key: string): void {
  const spread = properties.slice(properties.indexOf(property)).find((one) => Node.isSpreadAssignment(one));
  if (spread !== undefined) throw refused(spread, `it may overwrite '${key}', which stands before it`);
}

function isSame(present: unknown, wanted: unknown): boolean {
  return JSON.stringify(present) === JSON.stringify(wanted);
}

function editOption(property: Node, value: unknown, given: Source['given'], wanted: Wanted): Edit[] {
  const { style, evaluator } = wanted;
  const initializer = Node.isPropertyAssignment(property)
    ? (property as PropertyAssignment).getInitializerOrThrow()
    : Node.isShorthandPropertyAssignment(property)
      ? property.getNameNode()
      : undefined;
  if (initializer === undefined) throw refused(property, 'it is no plain option');
  const parameter = Node.isIdentifier(initializer) ? declarationOf(initializer) : undefined;
  const argument = parameter && given.get(parameter);
  const place = argument ?? initializer;
  if (isSame(evaluator.evaluate(place), value)) return [];
  if (isLiteral(place)) return [replaced(place, style.literal(value))];
  if (Node.isIdentifier(place)) return editConstant(place, property, style.literal(value));
  throw refused(place, 'its value is computed');
}

/** A constant that serves this place alone gets the value; one that others use as well is left out here. */
function editConstant(use: Node, property: Node, text: string): Edit[] {
  const followed = follow({ node: use, given: new Map() });
  const declaration = declarationOf(use);
  const uses = use
    .getSourceFile()
    .getDescendantsOfKind(SyntaxKind.Identifier)
    .filter((one) => one.getText() === use.getText() && declarationOf(one) === declaration);
  if (!isLiteral(followed.node)) throw refused(use, 'its value is computed');
  const isExported = Node.isVariableDeclaration(declaration) && declaration.isExported();
  if (uses.length === 2 && !isExported) return [replaced(followed.node, text)];
  return Node.isShorthandPropertyAssignment(property)
    ? [replaced(property, `${property.getName()}: ${text}`)]
    : [replaced(use, text)];
}

function isLiteral(node: Node): boolean {
  if (Node.isAsExpression(node)) return isLiteral(node.getExpression());
  if (Node.isArrayLiteralExpression(node)) return node.getElements().every(isLiteral);
  if (Node.isPrefixUnaryExpression(node)) return isLiteral(node.getOperand());
  return (
    Node.isNumericLiteral(node) ||
    Node.isStringLiteral(node) ||
    Node.isNoSubstitutionTemplateLiteral(node) ||
    Node.isTrueLiteral(node) ||
    Node.isFalseLiteral(node) ||
    isNothing(node)
  );
}
