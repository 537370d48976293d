import { type BindingElement, Node, type ParameterDeclaration, type VariableDeclaration } from 'ts-morph';
import { unwrapped } from '../project/unwrapped.js';
import { usesOfName } from '../project/uses-of-name.js';
import { isAssigned } from './assigned.js';
import { isChangedThrough } from './changed-through.js';
import { isMemberOf } from './flow.js';
import { isPlain, UNKNOWN } from './unknown.js';

type Declaration = VariableDeclaration | ParameterDeclaration | BindingElement;

/** By declaration, of which a function is asked for in each of its calls. */
const changed = new WeakMap<Node, { readonly ofName: boolean; ofObject?: boolean }>();

/**
 * Whether what a declaration names, with a value that is known, may be another one later, or have something else in it. Names of a
 * pattern are asked for one by one.
 */
export function isChanged(declaration: Declaration, value: unknown): boolean {
  if (value === UNKNOWN) return false;
  return (
    isReassigned(declaration) || ((Array.isArray(value) || isPlain(value)) && isObjectChanged(declaration))
  );
}

/** Whether the name that is declared is given another value, or one of its members is, by this name. */
export function isReassigned(declaration: Declaration): boolean {
  return known(declaration).ofName;
}

/** Whether the object that is named may be changed, by whatever name. */
export function isObjectChanged(declaration: Declaration): boolean {
  const answer = known(declaration);
  const name = declaration.getNameNode();
  answer.ofObject ??= Node.isIdentifier(name) && isChangedThrough(name);
  return answer.ofObject;
}

function known(declaration: Declaration): { readonly ofName: boolean; ofObject?: boolean } {
  const before = changed.get(declaration);
  if (before !== undefined) return before;
  const name = declaration.getNameNode();
  const answer = { ofName: Node.isIdentifier(name) && usesOfName(name).some(isWritten) };
  changed.set(declaration, answer);
  return answer;
}

/** Whether a name, or a member of what it names, is assigned to. */
function isWritten(node: Node): boolean {
  if (isAssigned(node)) return true;
  const parent = node.getParent();
  const goesOn = parent !== undefined && (unwrapped(parent) === node || isMemberOf(parent, node));
  return goesOn && isWritten(parent);
}
