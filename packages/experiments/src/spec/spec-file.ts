import { readFile } from 'node:fs/promises';
import { GeodesicError } from '@geodesic/compiler';
import { type Alias, type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { type Spec, specSchema } from './spec-schema.js';

/** A way from the top of a spec to one of its values. */
export type SpecPath = readonly PropertyKey[];

/** A spec with the file that it came from, so that what is wrong with a value can be said with its line. */
export class SpecFile {
  readonly path: string;
  readonly spec: Spec;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /**
   * @param source YAML
   * @throws GeodesicError `experiment.spec` with file and line, for YAML that can't be read, unknown keys and bad values
   */
  constructor(path: string, source: string) {
    this.path = path;
    this.#lines = new LineCounter();
    // What it would warn of on the console is refused here, with its line.
    const options = { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error' } as const;
    this.#document = parseDocument(source, options);
    const [broken] = [...this.#document.errors, ...this.#document.warnings];
    if (broken !== undefined) throw this.#fault(broken.pos[0], broken.message);
    const parsed = specSchema.safeParse(this.#values());
    if (!parsed.success) throw this.#schemaFault(parsed.error.issues[0] as z.core.$ZodIssue);
    this.spec = parsed.data;
  }

  /** An error about the value at a path, or about what is nearest above it in the file. */
  faultAt(path: SpecPath, message: string): GeodesicError {
    return this.#fault(this.#offsetOf(path), message);
  }

  /** Aliases are followed only here: one may lead nowhere, or to others that grow beyond all measure. */
  #values(): unknown {
    try {
      return this.#document.toJS();
    } catch (cause) {
      const aliases: Alias[] = [];
      visit(this.#document, { Alias: (_, alias) => void aliases.push(alias) });
      const wrong = aliases.find((alias) => alias.resolve(this.#document) === undefined) ?? aliases[0];
      throw this.#fault(wrong?.range?.[0] ?? 0, (cause as Error).message);
    }
  }

  #schemaFault(issue: z.core.$ZodIssue): GeodesicError {
    if (issue.code === 'unrecognized_keys') {
      const [key] = issue.keys as [string];
      const where = issue.path.length === 0 ? 'a spec' : `'${issue.path.join('.')}'`;
      return this.#fault(this.#keyOffset(issue.path, key), `there is no key '${key}' in ${where}`);
    }
    const named = issue.path.length === 0 ? '' : `'${issue.path.join('.')}': `;
    return this.faultAt(issue.path, `${named}${issue.message}`);
  }

  #fault(offset: number, message: string): GeodesicError {
    const { line } = this.#lines.linePos(offset);
    return new GeodesicError('experiment.spec', `${this.path}:${line}: ${message}`);
  }

  #offsetOf(path: SpecPath): number {
    for (let end = path.length; end > 0; end--) {
      const last = path[end - 1];
      // The line of a key says more than that of the block behind it.
      if (typeof last === 'string' && this.#hasKey(path.slice(0, end - 1), last)) {
        return this.#keyOffset(path.slice(0, end - 1), last);
      }
      const node = this.#document.getIn(path.slice(0, end), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }

  #hasKey(path: SpecPath, key: string): boolean {
    const map = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    return isMap(map) && map.has(key);
  }

  #keyOffset(path: SpecPath, key: string): number {
    const map = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    const items = isMap(map) ? map.items : [];
    const named = items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    // A key that is a list or a mapping has become a text of its own.
    const pair = named ?? items.find((item) => !isScalar(item.key));
    const node = pair?.key;
    return isNode(node) ? (node.range?.[0] ?? 0) : 0;
  }
}

/**
 * Reads a spec from a YAML file.
 *
 * @throws GeodesicError `experiment.spec` where there is no such file, and as `SpecFile`
 */
export async function readSpecFile(path: string): Promise<SpecFile> {
  const source = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new GeodesicError(
      'experiment.spec',
      `can't read the spec ${path}: ${cause.message}; geodesic experiment list shows those that are shipped`,
      { cause },
    );
  });
  return new SpecFile(path, source);
}
