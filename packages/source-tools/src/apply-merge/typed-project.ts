import { dirname, resolve } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { type CompilerOptions, Project, type SourceFile, ts } from 'ts-morph';

/** What the program that is read is checked with, whatever its own options say of output. */
const OWN: CompilerOptions = {
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  composite: false,
  incremental: false,
};

/** Without a `tsconfig.json`. */
const DEFAULTS: CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
};

/** By the path of their `tsconfig.json`: most of the time goes into the declarations of libraries, which stay the same. */
const projects = new Map<string | undefined, Project>();

/**
 * A file with all that it imports, under the options of the `tsconfig.json` above it where there is one.
 *
 * @throws GeodesicError `source.tsconfig` for one that is damaged
 */
export function openTyped(
  path: string,
  text: string,
): { readonly project: Project; readonly file: SourceFile } {
  const absolute = resolve(path);
  const config = ts.findConfigFile(dirname(absolute), ts.sys.fileExists);
  const project = projects.get(config) ?? newProject(config);
  projects.set(config, project);
  for (const file of project.getSourceFiles()) {
    if (!file.isDeclarationFile()) file.refreshFromFileSystemSync();
  }
  return { project, file: project.createSourceFile(absolute, text, { overwrite: true }) };
}

function newProject(config: string | undefined): Project {
  const project = configuredProject(config);
  // Files of tests and scripts often stand outside of it.
  const { rootDir: _, ...options } = project.getCompilerOptions();
  project.compilerOptions.reset();
  project.compilerOptions.set(options);
  return project;
}

function configuredProject(config: string | undefined): Project {
  if (config === undefined) return new Project({ compilerOptions: { ...DEFAULTS, ...OWN } });
  try {
    return new Project({ tsConfigFilePath: config, compilerOptions: OWN, skipAddingFilesFromTsConfig: true });
  } catch (cause) {
    throw new GeodesicError('source.tsconfig', `${config} is not right: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** What the compiler says of a file's types. */
export function typeErrorsOf(file: SourceFile): readonly string[] {
  const program = file.getProject().getProgram().compilerObject;
  const errors = [
    ...program.getSyntacticDiagnostics(file.compilerNode),
    ...program.getSemanticDiagnostics(file.compilerNode),
  ];
  return errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
