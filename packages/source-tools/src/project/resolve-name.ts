import { type Identifier, Node, type SourceFile, type Symbol as SourceSymbol } from 'ts-morph';
import type { SourceProject } from './source-project.js';

/** What a name stands for. */
export type Meaning =
  /** Something that geodesic exports, under the name that it has there. */
  | { readonly kind: 'geodesic'; readonly name: string }
  /** All that a module exports: `import * as g from 'geodesic'`. */
  | { readonly kind: 'namespace'; readonly from: SourceFile; readonly specifier: string }
  /** What the user's source declares. */
  | { readonly kind: 'declaration'; readonly node: Node };

/** Follows a name through aliases, imports and re-exports to what it stands for. */
export function resolveName(project: SourceProject, name: Identifier): Meaning | undefined {
  const parent = name.getParent();
  const symbol: SourceSymbol | undefined =
    Node.isShorthandPropertyAssignment(parent) && parent.getNameNode() === name
      ? parent.getValueSymbol()
      : name.getSymbol();
  const node = symbol?.getDeclarations()[0];
  return node && meaningOf(project, node);
}

/** What is called by a name, or as a member of a name; nothing for other expressions. */
export function resolveCallee(project: SourceProject, callee: Node): Meaning | undefined {
  if (Node.isIdentifier(callee)) return resolveName(project, callee);
  return Node.isPropertyAccessExpression(callee)
    ? resolveMember(project, callee.getExpression(), callee.getName())
    : undefined;
}

/** What a module exports under a name. */
export function resolveExport(
  project: SourceProject,
  from: SourceFile,
  specifier: string,
  name: string,
  seen: ReadonlySet<SourceFile> = new Set(),
): Meaning | undefined {
  if (isGeodesic(specifier)) return { kind: 'geodesic', name };
  const file = project.imported(from, specifier);
  return file === undefined || seen.has(file)
    ? undefined
    : exportOf(project, file, name, new Set([...seen, file]));
}

/** `geodesic` and the packages that it consists of. */
export function isGeodesic(specifier: string): boolean {
  return specifier === 'geodesic' || specifier.startsWith('@geodesic/');
}

function meaningOf(project: SourceProject, node: Node): Meaning | undefined {
  if (Node.isImportSpecifier(node)) {
    const specifier = node.getImportDeclaration().getModuleSpecifierValue();
    return resolveExport(project, node.getSourceFile(), specifier, node.getName());
  }
  if (Node.isNamespaceImport(node)) {
    const specifier = node.getParentOrThrow().getParentOrThrow();
    if (!Node.isImportDeclaration(specifier)) return undefined;
    return { kind: 'namespace', from: node.getSourceFile(), specifier: specifier.getModuleSpecifierValue() };
  }
  const aliased = Node.isVariableDeclaration(node) ? node.getInitializer() : undefined;
  const isConstant = Node.isVariableDeclaration(node) && isConst(node);
  if (
    aliased !== undefined &&
    isConstant &&
    Node.isIdentifier(aliased) &&
    Node.isIdentifier(node.getNameNode())
  ) {
    return resolveName(project, aliased) ?? { kind: 'declaration', node };
  }
  if (aliased !== undefined && isConstant && Node.isPropertyAccessExpression(aliased)) {
    return (
      resolveMember(project, aliased.getExpression(), aliased.getName()) ?? { kind: 'declaration', node }
    );
  }
  return { kind: 'declaration', node };
}

/** What `namespace.name` stands for, where the object is a namespace import. */
export function resolveMember(project: SourceProject, object: Node, name: string): Meaning | undefined {
  const holder = Node.isIdentifier(object) ? resolveName(project, object) : undefined;
  return holder?.kind === 'namespace'
    ? resolveExport(project, holder.from, holder.specifier, name)
    : undefined;
}

function isConst(node: Node): boolean {
  const statement = node.getParent();
  return Node.isVariableDeclarationList(statement) && statement.getDeclarationKind() === 'const';
}

function exportOf(
  project: SourceProject,
  file: SourceFile,
  name: string,
  seen: ReadonlySet<SourceFile>,
): Meaning | undefined {
  for (const declaration of file.getExportDeclarations()) {
    const specifier = declaration.getModuleSpecifierValue();
    const named = declaration
      .getNamedExports()
      .find((one) => (one.getAliasNode()?.getText() ?? one.getName()) === name);
    if (named !== undefined) {
      if (specifier !== undefined) return resolveExport(project, file, specifier, named.getName(), seen);
      const local = named.getNameNode();
      return Node.isIdentifier(local) ? localMeaning(project, file, local.getText()) : undefined;
    }
    if (declaration.getNamespaceExport()?.getName() === name && specifier !== undefined) {
      return { kind: 'namespace', from: file, specifier };
    }
  }
  return localMeaning(project, file, name) ?? starExport(project, file, name, seen);
}

/** A top-level declaration or import of a file. */
function localMeaning(project: SourceProject, file: SourceFile, name: string): Meaning | undefined {
  const declared =
    file.getVariableDeclaration(name) ??
    file.getFunction(name) ??
    file
      .getImportDeclarations()
      .flatMap((one) => [...one.getNamedImports(), one.getNamespaceImport()?.getParent()])
      .find(
        (one) => Node.isImportSpecifier(one) && (one.getAliasNode()?.getText() ?? one.getName()) === name,
      );
  return declared && meaningOf(project, declared);
}

/** Through `export * from`; geodesic's own names are taken to be any that nothing else has. */
function starExport(
  project: SourceProject,
  file: SourceFile,
  name: string,
  seen: ReadonlySet<SourceFile>,
): Meaning | undefined {
  const stars = file
    .getExportDeclarations()
    .filter((one) => !one.hasNamedExports() && one.getNamespaceExport() === undefined)
    .map((one) => one.getModuleSpecifierValue())
    .filter((specifier) => specifier !== undefined);
  const ordered = [...stars.filter((one) => !isGeodesic(one)), ...stars.filter(isGeodesic)];
  for (const specifier of ordered) {
    const found = resolveExport(project, file, specifier, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
