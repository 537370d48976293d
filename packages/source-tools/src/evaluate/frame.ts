import { Node } from 'ts-morph';

/** The values of one call's parameters and of what its body declares. */
export interface Frame {
  readonly values: Map<Node, unknown>;
  readonly outer: Frame | undefined;
}

/** Tells the value of an expression in the call that a frame is of; without one, in no call. */
export type Evaluate = (node: Node, frame: Frame | undefined) => unknown;

/** Whether a declaration stands in a function whose call a frame is of: anything else is evaluated once for all. */
export function isInside(node: Node, frame: Frame | undefined): boolean {
  return frame !== undefined && node.getFirstAncestor(isFunction) !== undefined;
}

function isFunction(node: Node): boolean {
  return (
    Node.isArrowFunction(node) ||
    Node.isFunctionExpression(node) ||
    Node.isFunctionDeclaration(node) ||
    Node.isMethodDeclaration(node)
  );
}
