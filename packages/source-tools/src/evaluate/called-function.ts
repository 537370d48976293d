import {
  type ArrowFunction,
  type CallExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  type MethodDeclaration,
  type NewExpression,
  Node,
} from 'ts-morph';
import { type Meaning, resolveCallee } from '../project/resolve-name.js';
import { SourceProject } from '../project/source-project.js';
import { unwrapped } from '../project/unwrapped.js';

export type CalledFunction = ArrowFunction | FunctionExpression | FunctionDeclaration | MethodDeclaration;

/** Whether a call is of a function of geodesic, or opens a session, whatever of. */
export function isGeodesicCall(call: CallExpression | NewExpression): boolean {
  const callee = call.getExpression();
  if (Node.isPropertyAccessExpression(callee) && callee.getName() === 'session') return true;
  return meaningOf(callee)?.kind === 'geodesic';
}

/** The user's function that an expression gives; that of what `defineModel` makes is the one that it is given. */
export function functionOf(node: Node): CalledFunction | undefined {
  const inner = unwrapped(node);
  if (inner !== undefined) return functionOf(inner);
  if (Node.isArrowFunction(node) || Node.isFunctionExpression(node)) return node;
  if (Node.isCallExpression(node)) {
    const last = node.getArguments().at(-1);
    return last !== undefined && isGeodesicCall(node) ? functionOf(last) : undefined;
  }
  const meaning = meaningOf(node);
  if (meaning?.kind === 'declaration') return declaredFunction(meaning.node);
  const declaration = Node.isPropertyAccessExpression(node)
    ? node.getSymbol()?.getValueDeclaration()
    : undefined;
  return declaration && declaredFunction(declaration);
}

function declaredFunction(declaration: Node): CalledFunction | undefined {
  if (Node.isFunctionDeclaration(declaration) || Node.isMethodDeclaration(declaration)) {
    return declaration.getBody() === undefined ? undefined : declaration;
  }
  const value =
    Node.isVariableDeclaration(declaration) || Node.isPropertyAssignment(declaration)
      ? declaration.getInitializer()
      : undefined;
  return value === undefined || Node.isIdentifier(value) ? undefined : functionOf(value);
}

function meaningOf(callee: Node): Meaning | undefined {
  return resolveCallee(new SourceProject(callee.getProject()), callee);
}
