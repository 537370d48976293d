import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Node, Project, type SourceFile, type Symbol as TsSymbol, ts } from 'ts-morph';
import { beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FACADE = 'geodesic';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** A module that users can import, and all that it exports. */
interface Entry {
  readonly module: string;
  readonly packageName: string;
  readonly exported: ReadonlyMap<TsSymbol, string>;
}

let entries: readonly Entry[];
/** By folder of the workspace: who declares what stands in a file. */
const packages = new Map<string, string>();

beforeAll(() => {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, skipLibCheck: true },
  });
  const opened: Entry[] = [];
  for (const folder of ['compiler', 'models', ...foldersOf('packages')]) {
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
    packages.set(join(ROOT, folder) + sep, manifest.name);
    if (manifest.private) continue;
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue;
      const file = project.addSourceFileAtPath(join(ROOT, folder, target.types));
      opened.push({
        module: join(manifest.name, path),
        packageName: manifest.name,
        exported: exportsOf(file),
      });
    }
  }
  entries = opened;
}, 120_000);

function foldersOf(parent: string): string[] {
  return readdirSync(join(ROOT, parent)).map((name) => join(parent, name));
}

function exportsOf(file: SourceFile): Map<TsSymbol, string> {
  return new Map(file.getExportSymbols().map((symbol) => [declared(symbol), symbol.getName()]));
}

function declared(symbol: TsSymbol): TsSymbol {
  return symbol.getAliasedSymbol() ?? symbol;
}

/** The types that a declaration names where others see it, and by which name. */
function typesNamedBy(declaration: Node): TsSymbol[] {
  return declaration.getDescendants().flatMap((node) => {
    if (Node.isImportTypeNode(node))
      return node.getType().getAliasSymbol() ?? node.getType().getSymbol() ?? [];
    if (!Node.isTypeReference(node) && !Node.isExpressionWithTypeArguments(node)) return [];
    const name = Node.isTypeReference(node) ? node.getTypeName() : node.getExpression();
    const symbol = name.getSymbol();
    return symbol === undefined ? [] : [declared(symbol)];
  });
}

/** The package of this project that declares a type; type parameters, and what a module keeps to itself, are nobody's. */
function ownerOf(symbol: TsSymbol): string | undefined {
  const declaration = symbol.getDeclarations()[0];
  if (!Node.isExportable(declaration) || !declaration.isExported()) return undefined;
  const path = declaration.getSourceFile().getFilePath();
  return [...packages].find(([folder]) => path.startsWith(folder))?.[1];
}

/** The facade is all that its users import; of other packages, each has its own types. */
function isImportable(symbol: TsSymbol, from: Entry): boolean {
  const owner = from.packageName === FACADE ? FACADE : ownerOf(symbol);
  return entries.some(({ packageName, exported }) => packageName === owner && exported.has(symbol));
}

it('exports every type that what it exports takes or gives', () => {
  expect(entries.length).toBeGreaterThan(15);
  const missing = new Set<string>();
  let named = 0;
  for (const entry of entries) {
    for (const [symbol, name] of entry.exported) {
      for (const type of symbol.getDeclarations().flatMap(typesNamedBy)) {
        const owner = ownerOf(type);
        if (owner === undefined) continue;
        named += 1;
        if (!isImportable(type, entry))
          missing.add(`${entry.module}: ${type.getName()} (${owner}) of ${name}`);
      }
    }
  }
  expect(named).toBeGreaterThan(1000);
  expect([...missing].sort()).toEqual([]);
});
