import { Node, type ParameterDeclaration, SyntaxKind } from 'ts-morph';
import { isObjectChanged, isReassigned } from '../evaluate/changed-later.js';
import { placeOf, printPlace } from '../project/source-place.js';
import { unwrapped } from '../project/unwrapped.js';
import { refused } from './refused.js';

/** Where an expression gets its value from, and what the parameters of functions on the way to it are. */
export interface Source {
  readonly node: Node;
  readonly given: ReadonlyMap<Node, Node>;
}

/**
 * Follows an expression through constants, wrapping functions, casts and members of constants to the expression of the same file that
 * makes its value.
 *
 * @throws GeodesicError `source.refused` where the value is made elsewhere, or may be one of several
 */
export function follow({ node, given }: Source): Source {
  const inner = unwrapped(node);
  if (inner !== undefined) return follow({ node: inner, given });
  if (Node.isIdentifier(node) && node.getText() !== 'undefined') return followName(node, given);
  if (Node.isPropertyAccessExpression(node)) return followMember({ node, given });
  if (Node.isConditionalExpression(node) || Node.isBinaryExpression(node)) {
    throw refused(node, 'what it is depends on a condition');
  }
  return { node, given };
}

function followName(name: Node, given: Source['given']): Source {
  const declaration = declarationOf(name);
  if (declaration === undefined) throw refused(name, `nothing in this file declares '${name.getText()}'`);
  if (declaration.getSourceFile() !== name.getSourceFile()) {
    throw refused(name, `it is declared in another file, at ${printPlace(placeOf(declaration))}`);
  }
  if (Node.isParameterDeclaration(declaration)) {
    const argument = given.get(declaration);
    if (argument !== undefined) return follow({ node: argument, given: new Map() });
    throw refused(name, `it is a parameter: whoever calls the function decides on it`);
  }
  if (!Node.isVariableDeclaration(declaration)) throw refused(name, 'it is taken out of something else');
  const initializer = declaration.getInitializer();
  const { line } = placeOf(declaration);
  if (initializer === undefined || isReassigned(declaration)) {
    throw refused(name, `it is changed behind its declaration in line ${line}`);
  }
  if (isObjectChanged(declaration)) {
    throw refused(name, `what else gets it may change it behind its declaration in line ${line}`);
  }
  return follow({ node: initializer, given });
}

/** What declares a name: through imports, and what a shorthand property stands for. */
export function declarationOf(name: Node): Node | undefined {
  const parent = name.getParent();
  const symbol =
    Node.isShorthandPropertyAssignment(parent) && parent.getNameNode() === name
      ? parent.getValueSymbol()
      : name.getSymbol();
  const original = symbol?.isAlias() ? symbol.getAliasedSymbol() : symbol;
  return original?.getDeclarations()[0];
}

function followMember({ node, given }: Source): Source {
  if (!Node.isPropertyAccessExpression(node)) return { node, given };
  const holder = follow({ node: node.getExpression(), given });
  const property = Node.isObjectLiteralExpression(holder.node)
    ? holder.node.getProperty(node.getName())
    : undefined;
  if (Node.isPropertyAssignment(property)) {
    return follow({ node: property.getInitializerOrThrow(), given: holder.given });
  }
  if (Node.isShorthandPropertyAssignment(property)) {
    return follow({ node: property.getNameNode(), given: holder.given });
  }
  throw refused(node, 'it is no member of an object that this file writes out');
}

/**
 * What a call of a function of the same file returns.
 *
 * @throws GeodesicError `source.refused` where that is a function of another file, or returns one of several
 */
export function followCall({ node, given }: Source): Source {
  if (!Node.isCallExpression(node)) throw refused(node, 'it is made in a way that is not understood');
  const [first] = node.getArguments();
  if (node.getExpression().getText() === 'Object.freeze' && first !== undefined)
    return follow({ node: first, given });
  const called = functionOf(node.getExpression());
  if (called === undefined || called.getSourceFile() !== node.getSourceFile()) {
    throw refused(node, `'${node.getExpression().getText()}' is no function that this file writes out`);
  }
  const inner = new Map<Node, Node>();
  called.getParameters().forEach((parameter: ParameterDeclaration, i: number) => {
    const argument = node.getArguments()[i];
    if (argument !== undefined) inner.set(parameter, argument);
  });
  return follow({ node: returnedBy(called, node), given: inner });
}

function functionOf(callee: Node) {
  const declaration = Node.isIdentifier(callee) ? declarationOf(callee) : undefined;
  const value = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : declaration;
  const isFunction =
    Node.isFunctionDeclaration(value) || Node.isArrowFunction(value) || Node.isFunctionExpression(value);
  return isFunction ? value : undefined;
}

function returnedBy(called: NonNullable<ReturnType<typeof functionOf>>, call: Node): Node {
  const body = called.getBody();
  if (body !== undefined && !Node.isBlock(body)) return body;
  const returns = called
    .getDescendantsOfKind(SyntaxKind.ReturnStatement)
    .filter((one) => one.getFirstAncestor((node) => Node.isFunctionLikeDeclaration(node)) === called);
  const only = returns.length === 1 ? returns[0]?.getExpression() : undefined;
  if (only !== undefined) return only;
  throw refused(call, `'${call.getText().split('(')[0]}' returns one of several values, or none`);
}
