import { Node, SyntaxKind, type VariableDeclaration } from 'ts-morph';

const CHANGING_METHODS = [
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
];

/** Whether a variable, or something inside it, may be another value later than it was declared with. */
export function isChangedLater(declaration: VariableDeclaration): boolean {
  const name = declaration.getNameNode();
  if (!Node.isIdentifier(name)) return false;
  const symbol = name.getSymbol();
  return declaration
    .getSourceFile()
    .getDescendantsOfKind(SyntaxKind.Identifier)
    .some(
      (one) =>
        one !== name && one.getText() === name.getText() && one.getSymbol() === symbol && isChange(one),
    );
}

function isChange(use: Node): boolean {
  let target: Node = use;
  let parent = target.getParent();
  while (
    (Node.isPropertyAccessExpression(parent) || Node.isElementAccessExpression(parent)) &&
    parent.getExpression() === target
  ) {
    const call = parent.getParent();
    const isCalled = Node.isCallExpression(call) && call.getExpression() === parent;
    if (isCalled)
      return Node.isPropertyAccessExpression(parent) && CHANGING_METHODS.includes(parent.getName());
    target = parent;
    parent = target.getParent();
  }
  if (Node.isBinaryExpression(parent))
    return isAssignment(parent.getOperatorToken().getKind()) && parent.getLeft() === target;
  if (Node.isPrefixUnaryExpression(parent) || Node.isPostfixUnaryExpression(parent)) {
    return [SyntaxKind.PlusPlusToken, SyntaxKind.MinusMinusToken].includes(parent.getOperatorToken());
  }
  if (Node.isDeleteExpression(parent)) return true;
  return (
    Node.isCallExpression(parent) &&
    parent.getArguments()[0] === target &&
    parent.getExpression().getText() === 'Object.assign'
  );
}

function isAssignment(kind: SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}
