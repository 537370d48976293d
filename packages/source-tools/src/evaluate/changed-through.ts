import {
  type BinaryExpression,
  type ForOfStatement,
  type Identifier,
  Node,
  SyntaxKind,
  type Type,
  TypeFlags,
} from 'ts-morph';
import { unwrapped } from '../project/unwrapped.js';
import { isAssigned, isAssignment, targetsOf } from './assigned.js';
import { argumentFlow, methodFlow, resultFlow } from './call-flow.js';
import { boundTo, copied, type Flow, type Holder, inside, isMemberOf } from './flow.js';

/**
 * Whether the object that a name stands for may be changed, by that name or by any other that gets it: the object is followed through
 * names, members, lists, loops and functions of the user's. What it goes into otherwise may change it, but for functions of geodesic.
 */
export function isChangedThrough(name: Identifier): boolean {
  const depths = new Map<Node, number>();
  const open = boundTo(name, 0);
  for (const holder of open) {
    if ((depths.get(holder.node) ?? Number.POSITIVE_INFINITY) <= holder.depth) continue;
    depths.set(holder.node, holder.depth);
    const flow = flowOf(holder);
    if (flow === undefined) return true;
    open.push(...flow);
  }
  return false;
}

function flowOf({ node, depth }: Holder): Flow {
  const parent = node.getParent();
  if (parent === undefined || isAssigned(node) || isPrimitive(node.getType())) return [];
  if (unwrapped(parent) === node) return [{ node: parent, depth }];
  if (isMemberOf(parent, node)) return memberFlow(parent, depth);
  if (Node.isCallExpression(parent) || Node.isNewExpression(parent)) return argumentFlow(parent, node, depth);
  if (Node.isReturnStatement(parent) || Node.isArrowFunction(parent)) return resultFlow(parent, depth);
  if (Node.isBinaryExpression(parent)) return binaryFlow(parent, node, depth);
  if (Node.isConditionalExpression(parent)) {
    return parent.getCondition() === node ? [] : [{ node: parent, depth }];
  }
  if (Node.isForOfStatement(parent)) return loopFlow(parent, depth);
  if (
    Node.isVariableDeclaration(parent) ||
    Node.isParameterDeclaration(parent) ||
    Node.isBindingElement(parent)
  ) {
    return boundTo(parent.getNameNode(), depth);
  }
  return literalFlow(parent, depth) ?? (isRead(parent) ? [] : undefined);
}

/** Into an object or list that is written out. */
function literalFlow(parent: Node, depth: number): Flow {
  if (Node.isArrayLiteralExpression(parent)) return [{ node: parent, depth: depth + 1 }];
  const literal = parent.getParent();
  if (literal === undefined) return undefined;
  if (Node.isPropertyAssignment(parent) || Node.isShorthandPropertyAssignment(parent)) {
    return [{ node: literal, depth: depth + 1 }];
  }
  if (Node.isSpreadElement(parent) && !Node.isArrayLiteralExpression(literal)) {
    return Node.isCallExpression(literal) || Node.isNewExpression(literal)
      ? argumentFlow(literal, parent, inside(depth))
      : undefined;
  }
  return Node.isSpreadAssignment(parent) || Node.isSpreadElement(parent)
    ? [{ node: literal, depth: copied(depth) }]
    : undefined;
}

function memberFlow(member: Node, depth: number): Flow {
  const call = member.getParent();
  if (Node.isCallExpression(call) && call.getExpression() === member) return methodFlow(call, member, depth);
  if (isAssigned(member)) return depth === 0 ? undefined : [];
  return [{ node: member, depth: inside(depth) }];
}

const CHOICES = [
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.AmpersandAmpersandToken,
];

function binaryFlow(node: BinaryExpression, operand: Node, depth: number): Flow {
  const operator = node.getOperatorToken().getKind();
  const onwards = [{ node, depth }];
  if (CHOICES.includes(operator)) return onwards;
  if (operator === SyntaxKind.CommaToken) return node.getRight() === operand ? onwards : [];
  if (!isAssignment(node)) return [];
  const targets = targetsOf(node.getLeft());
  const isPattern = targets[0] !== node.getLeft();
  if (!targets.every((target) => Node.isIdentifier(target))) return undefined;
  return [...onwards, ...targets.flatMap((target) => boundTo(target, isPattern ? 0 : depth))];
}

function loopFlow(loop: ForOfStatement, depth: number): Flow {
  const each = loop.getInitializer();
  if (Node.isIdentifier(each)) return boundTo(each, inside(depth));
  return Node.isVariableDeclarationList(each)
    ? each.getDeclarations().flatMap((one) => boundTo(one.getNameNode(), inside(depth)))
    : undefined;
}

/** Where a value is looked at and goes no further. */
function isRead(parent: Node): boolean {
  return (
    Node.isStatement(parent) ||
    Node.isTemplateSpan(parent) ||
    Node.isTypeOfExpression(parent) ||
    Node.isVoidExpression(parent) ||
    Node.isPrefixUnaryExpression(parent) ||
    Node.isElementAccessExpression(parent) ||
    Node.isComputedPropertyName(parent) ||
    Node.isCaseClause(parent) ||
    Node.isTypeQuery(parent)
  );
}

const PRIMITIVE =
  TypeFlags.NumberLike |
  TypeFlags.StringLike |
  TypeFlags.BooleanLike |
  TypeFlags.BigIntLike |
  TypeFlags.Null |
  TypeFlags.Undefined |
  TypeFlags.Void;

function isPrimitive(type: Type): boolean {
  return type.isUnion() ? type.getUnionTypes().every(isPrimitive) : (type.getFlags() & PRIMITIVE) !== 0;
}
