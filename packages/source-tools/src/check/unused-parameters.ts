import {
  type ArrowFunction,
  type FunctionDeclaration,
  type FunctionExpression,
  type Identifier,
  Node,
  type ParameterDeclaration,
  type SourceFile,
  SyntaxKind,
  type TypeElementTypes,
} from 'ts-morph';
import { resolveCallee } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { usesOfName } from '../project/uses-of-name.js';
import type { Findings } from './findings.js';

type ModelFunction = ArrowFunction | FunctionExpression | FunctionDeclaration;

/**
 * Finds parameters that functions with blocks in them never read: a number of a config that a model ignores is no model of that
 * config. Names that begin with `_` are meant to be ignored.
 */
export function findUnusedParameters(project: SourceProject, file: SourceFile, findings: Findings): void {
  const functions = [
    ...file.getDescendantsOfKind(SyntaxKind.ArrowFunction),
    ...file.getDescendantsOfKind(SyntaxKind.FunctionExpression),
    ...file.getDescendantsOfKind(SyntaxKind.FunctionDeclaration),
  ];
  for (const one of functions.filter((candidate) => callsGeodesic(project, candidate))) {
    for (const parameter of one.getParameters()) checkParameter(one, parameter, findings);
  }
}

function callsGeodesic(project: SourceProject, node: ModelFunction): boolean {
  return node
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .some((call) => resolveCallee(project, call.getExpression())?.kind === 'geodesic');
}

function checkParameter(owner: ModelFunction, parameter: ParameterDeclaration, findings: Findings): void {
  const name = parameter.getNameNode();
  if (Node.isObjectBindingPattern(name) || Node.isArrayBindingPattern(name)) {
    for (const element of name.getDescendantsOfKind(SyntaxKind.BindingElement)) {
      const bound = element.getNameNode();
      if (Node.isIdentifier(bound)) checkName(owner, bound, findings);
    }
    return;
  }
  const uses = checkName(owner, name, findings);
  if (uses.length > 0) checkMembers(parameter, uses, findings);
}

/** The uses of a name in its function; none are a finding. */
function checkName(owner: ModelFunction, name: Identifier, findings: Findings): Node[] {
  const uses = usesOfName(name, owner);
  if (uses.length === 0 && !name.getText().startsWith('_')) {
    const message = `the parameter '${name.getText()}' is never read: use it, leave it out, or call it '_${name.getText()}'`;
    findings.add(name, 'source.unused-parameter', message);
  }
  return uses;
}

/** Members of a config that are declared for this parameter alone, where all that is done with it is to read members. */
function checkMembers(parameter: ParameterDeclaration, uses: readonly Node[], findings: Findings): void {
  const read = uses.map(memberRead);
  if (read.includes(undefined)) return;
  const names = new Set(read.flat());
  for (const member of membersOf(parameter)) {
    if (!Node.isPropertySignature(member) || names.has(member.getName())) continue;
    const message = `'${member.getName()}' of the parameter '${parameter.getName()}' is never read: use it, or leave it out`;
    findings.add(member, 'source.unused-parameter', message);
  }
}

/** The members that a use reads, or nothing where it hands the whole on. */
function memberRead(use: Node): string[] | undefined {
  const parent = use.getParent();
  if (Node.isPropertyAccessExpression(parent) && parent.getExpression() === use) return [parent.getName()];
  if (!Node.isVariableDeclaration(parent) || parent.getInitializer() !== use) return undefined;
  const pattern = parent.getNameNode();
  if (!Node.isObjectBindingPattern(pattern)) return undefined;
  const elements = pattern.getElements();
  if (elements.some((one) => one.getDotDotDotToken() !== undefined)) return undefined;
  return elements.map((one) => one.getPropertyNameNode()?.getText() ?? one.getName());
}

/** Members of a type that is written at the parameter, or that nothing else of its file uses and that is not exported. */
function membersOf(parameter: ParameterDeclaration): readonly TypeElementTypes[] {
  const type = parameter.getTypeNode();
  if (Node.isTypeLiteral(type)) return type.getMembers();
  if (!Node.isTypeReference(type)) return [];
  const file = parameter.getSourceFile();
  const name = type.getTypeName().getText();
  const declared = file.getInterface(name);
  const uses = file.getDescendantsOfKind(SyntaxKind.Identifier).filter((one) => one.getText() === name);
  return declared === undefined || declared.isExported() || uses.length > 2 ? [] : declared.getMembers();
}
