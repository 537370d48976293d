import { Node } from 'ts-morph';

/** The expression inside of parentheses, casts, `!` and `await`, which give the same value; nothing where there is none of them. */
export function unwrapped(node: Node): Node | undefined {
  return Node.isParenthesizedExpression(node) ||
    Node.isAsExpression(node) ||
    Node.isSatisfiesExpression(node) ||
    Node.isNonNullExpression(node) ||
    Node.isAwaitExpression(node)
    ? node.getExpression()
    : undefined;
}
