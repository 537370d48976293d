import { type Identifier, Node, type Symbol as SourceSymbol, SyntaxKind } from 'ts-morph';

/** What a name stands for; that of `{ name }` is what is given, not the member. */
export function symbolOf(name: Identifier): SourceSymbol | undefined {
  const parent = name.getParent();
  return Node.isShorthandPropertyAssignment(parent) && parent.getNameNode() === name
    ? parent.getValueSymbol()
    : name.getSymbol();
}

/** Where a name is used, its declaration apart, in its file or in a part of it. */
export function usesOfName(name: Identifier, within: Node = name.getSourceFile()): Identifier[] {
  const symbol = symbolOf(name);
  const declared = symbol
    ?.getDeclarations()
    .map((one) => (Node.hasName(one) ? one.getNameNode() : undefined));
  return within
    .getDescendantsOfKind(SyntaxKind.Identifier)
    .filter(
      (one) => one.getText() === name.getText() && !declared?.includes(one) && symbolOf(one) === symbol,
    );
}
