import { type BinaryExpression, type Expression, Node, SyntaxKind } from 'ts-morph';
import { unwrapped } from '../project/unwrapped.js';

/** Whether a name or member is given another value where it stands, or is deleted: by itself, in a pattern or in a loop. */
export function isAssigned(target: Node): boolean {
  const parent = target.getParent();
  if (parent === undefined) return false;
  if (unwrapped(parent) === target) return isAssigned(parent);
  if (Node.isBinaryExpression(parent)) return isAssignment(parent) && parent.getLeft() === target;
  if (Node.isPrefixUnaryExpression(parent) || Node.isPostfixUnaryExpression(parent)) {
    return [SyntaxKind.PlusPlusToken, SyntaxKind.MinusMinusToken].includes(parent.getOperatorToken());
  }
  if (Node.isForOfStatement(parent) || Node.isForInStatement(parent)) {
    return parent.getInitializer() === target;
  }
  return Node.isDeleteExpression(parent) || isAssignedInPattern(target, parent);
}

export function isAssignment(node: BinaryExpression): boolean {
  const kind = node.getOperatorToken().getKind();
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

/** The names and members that the left side of an assignment gives values. */
export function targetsOf(left: Expression): Node[] {
  if (!Node.isArrayLiteralExpression(left) && !Node.isObjectLiteralExpression(left)) return [left];
  return left.getDescendants().filter((one) => isReference(one) && isAssigned(one));
}

function isReference(node: Node): boolean {
  return (
    Node.isIdentifier(node) || Node.isPropertyAccessExpression(node) || Node.isElementAccessExpression(node)
  );
}

function isAssignedInPattern(target: Node, parent: Node): boolean {
  if (Node.isPropertyAssignment(parent)) {
    return parent.getInitializer() === target && isAssigned(parent.getParentOrThrow());
  }
  if (Node.isShorthandPropertyAssignment(parent)) {
    return parent.getNameNode() === target && isAssigned(parent.getParentOrThrow());
  }
  if (Node.isSpreadAssignment(parent) || Node.isSpreadElement(parent)) {
    return isAssigned(parent.getParentOrThrow()) || isAssignedInPattern(parent, parent.getParentOrThrow());
  }
  return Node.isArrayLiteralExpression(parent) && isAssigned(parent);
}
