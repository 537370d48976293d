import { type ImportDeclaration, Node, type SourceFile, SyntaxKind } from 'ts-morph';
import { isGeodesic, resolveExport, resolveName } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import type { Edit } from './edits.js';
import { insertItems } from './insert-items.js';
import { refused } from './refused.js';
import type { SourceStyle } from './source-style.js';

const NAME = 'slerpMerge';

/** How `slerpMerge` is called in a file, and what has to be added to it for that. */
export interface MergeFunction {
  readonly name: string;
  readonly imports: readonly Edit[];
}

/**
 * The name of `slerpMerge` in a file: as it is imported, or as a member of what `compile` is one of; else it is imported from where
 * `compile` is.
 *
 * @throws GeodesicError `source.refused` where the name stands for something else
 */
export function mergeFunctionOf(compile: Node, project: SourceProject, style: SourceStyle): MergeFunction {
  const file = compile.getSourceFile();
  if (Node.isPropertyAccessExpression(compile)) {
    return { name: `${compile.getExpression().getText()}.${NAME}`, imports: [] };
  }
  const imported = file
    .getImportDeclarations()
    .filter((one) => !one.isTypeOnly())
    .flatMap((one) => one.getNamedImports())
    .filter((one) => !one.isTypeOnly())
    .map((one) => one.getAliasNode() ?? one.getNameNode())
    .find((name) => Node.isIdentifier(name) && isMerge(project, name));
  if (imported !== undefined) return { name: imported.getText(), imports: [] };
  const taken = file
    .getDescendantsOfKind(SyntaxKind.Identifier)
    .find((one) => one.getText() === NAME && !Node.isPropertyAccessExpression(one.getParent()));
  if (taken !== undefined) throw refused(taken, `'${NAME}' stands for something else here`);
  return { name: NAME, imports: importing(file, project, style) };
}

function isMerge(project: SourceProject, name: Node): boolean {
  const meaning = Node.isIdentifier(name) ? resolveName(project, name) : undefined;
  return meaning?.kind === 'geodesic' && meaning.name === NAME;
}

/** Into the import that values of geodesic come from, through whatever module, or by one of its own behind the last. */
function importing(file: SourceFile, project: SourceProject, style: SourceStyle): MergeFunction['imports'] {
  const declarations = file.getImportDeclarations();
  const fitting = declarations.find((one) => givesMerge(one, project));
  const names = fitting?.getImportClause()?.getNamedBindings();
  if (Node.isNamedImports(names)) return insertItems(names, names.getElements(), [NAME], style);
  const last = declarations.at(-1);
  const semicolon = last === undefined || last.getText().endsWith(';') ? ';' : '';
  const line = `import ${style.object([NAME])} from ${style.literal('geodesic')}${semicolon}`;
  const at = last?.getEnd() ?? 0;
  return [
    { start: at, end: at, text: last === undefined ? `${line}${style.lineEnd}` : `${style.lineEnd}${line}` },
  ];
}

function givesMerge(declaration: ImportDeclaration, project: SourceProject): boolean {
  const specifier = declaration.getModuleSpecifierValue();
  if (declaration.isTypeOnly() || declaration.getNamedImports().length === 0) return false;
  if (isGeodesic(specifier)) return specifier === 'geodesic' || specifier === '@geodesic/compiler';
  const meaning = resolveExport(project, declaration.getSourceFile(), specifier, NAME);
  return meaning?.kind === 'geodesic' && meaning.name === NAME;
}
