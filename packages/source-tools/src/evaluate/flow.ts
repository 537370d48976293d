import { type BindingName, Node } from 'ts-morph';
import { usesOfName } from '../project/uses-of-name.js';

/** An expression that gives an object, or something that the object is in. */
export interface Holder {
  readonly node: Node;
  /** How many members lie between its value and the object: 0 for the object itself, and for parts of it. */
  readonly depth: number;
}

/** What else holds the object then; nothing where it is changed, or nobody can tell. */
export type Flow = readonly Holder[] | undefined;

/** The uses of every name of a declaration that is given what a holder is. */
export function boundTo(name: BindingName, depth: number): Holder[] {
  if (Node.isIdentifier(name)) return usesOfName(name).map((node) => ({ node, depth }));
  return name.getElements().flatMap((element) => {
    if (!Node.isBindingElement(element)) return [];
    const isRest = element.getDotDotDotToken() !== undefined;
    return boundTo(element.getNameNode(), isRest ? copied(depth) : inside(depth));
  });
}

/** The depth of a member. */
export function inside(depth: number): number {
  return Math.max(depth - 1, 0);
}

/** The depth of something new that has the same members. */
export function copied(depth: number): number {
  return Math.max(depth, 1);
}

export function isMemberOf(member: Node, holder: Node): boolean {
  return (
    (Node.isPropertyAccessExpression(member) || Node.isElementAccessExpression(member)) &&
    member.getExpression() === holder
  );
}
