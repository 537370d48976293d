import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { Project, type SourceFile } from 'ts-morph';

/** What a relative import may mean, by what stands behind its path. */
const ENDINGS = ['', '.ts', '.tsx', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];

/** Modules of a user, read by name and never run. Nothing that they import is read before it is asked for. */
export class SourceProject {
  readonly #project: Project;

  constructor(project: Project = untypedProject()) {
    this.#project = project;
  }

  /** @throws GeodesicError `source.file` for a file that can't be read, or is no TypeScript or JavaScript */
  open(path: string): SourceFile {
    const absolute = resolve(path);
    if (!/\.[cm]?[jt]sx?$/.test(absolute)) {
      throw new GeodesicError('source.file', `${path} is no TypeScript or JavaScript module`);
    }
    return (
      this.#project.getSourceFile(absolute) ??
      this.#project.createSourceFile(absolute, readSource(path), { overwrite: true })
    );
  }

  /** A module whose text is not, or not yet, what the file holds. */
  put(path: string, text: string): SourceFile {
    return this.#project.createSourceFile(resolve(path), text, { overwrite: true });
  }

  /** The module that a relative import means, if it is there. */
  imported(from: SourceFile, specifier: string): SourceFile | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const base = resolve(dirname(from.getFilePath()), specifier);
    const stems = [base, base.replace(/\.([cm]?)js$/, '.$1ts')];
    const path = stems
      .flatMap((stem) => ENDINGS.map((ending) => `${stem}${ending}`))
      .find((candidate) => /\.[cm]?[jt]sx?$/.test(candidate) && isFile(candidate));
    return path === undefined ? undefined : this.open(path);
  }
}

/** Reads nothing but the files that it is asked for: no types, no libraries. */
function untypedProject(): Project {
  return new Project({
    compilerOptions: { noLib: true, noResolve: true, types: [], allowJs: true },
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
  });
}

/** @throws GeodesicError `source.file` */
export function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new GeodesicError('source.file', `can't read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
