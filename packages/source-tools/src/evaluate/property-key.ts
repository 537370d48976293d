import { Node, type PropertyName } from 'ts-morph';

/** The key that a name of an object literal or of a pattern stands for; nothing for a computed one. */
export function propertyKey(name: PropertyName): string | undefined {
  if (Node.isStringLiteral(name) || Node.isNoSubstitutionTemplateLiteral(name)) return name.getLiteralValue();
  if (Node.isNumericLiteral(name)) return String(Number(name.getLiteralValue()));
  return Node.isIdentifier(name) ? name.getText() : undefined;
}
