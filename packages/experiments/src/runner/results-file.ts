import { type FileHandle, open, readFile } from 'node:fs/promises';
import { GeodesicError } from '@geodesic/compiler';
import { type CellResult, parseResult } from './cell-result.js';

/**
 * Finished cells, one line of JSON each, only ever appended to. A line counts when its line feed is there: what a kill or a full disk
 * left of a line is cut off when the file is opened again; what does not begin like a result is left as it is, and refused.
 */
export class ResultsFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #keys: Set<string>;
  #length: number;

  private constructor(path: string, file: FileHandle, keys: Set<string>, length: number) {
    this.path = path;
    this.#file = file;
    this.#keys = keys;
    this.#length = length;
  }

  /**
   * Opens the results of a run, or begins them.
   *
   * @param spec the hash of its spec
   * @throws GeodesicError `experiment.other-spec` for results of another spec, `experiment.results` for damaged ones,
   *   `experiment.output` where the file can't be written
   */
  static async open(path: string, spec: string): Promise<ResultsFile> {
    const file = await open(path, 'a+').catch((cause: Error) => {
      throw unwritable(path, cause);
    });
    try {
      const isFile = (await file.stat()).isFile();
      // A device, such as the one that stands for a full disk, has nothing to go on with, and can't be cut.
      const { results, length } = wholeLines(path, isFile ? await file.readFile('utf8') : '');
      const other = results.find((result) => result.spec !== spec);
      if (other !== undefined) throw otherSpec(path, other.spec, spec);
      if (isFile) await file.truncate(length);
      return new ResultsFile(path, file, new Set(results.map(({ cell }) => cell.key)), length);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Whether a cell is finished. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /**
   * Adds a finished cell, once: a second result of the same cell is dropped. When this returns the line is on the disk.
   *
   * @returns whether it was added
   * @throws GeodesicError `experiment.output` on a full disk and the like; what was there before is kept
   */
  async append(result: CellResult): Promise<boolean> {
    if (this.#keys.has(result.cell.key)) return false;
    const line = Buffer.from(`${JSON.stringify(result)}\n`);
    try {
      await this.#file.appendFile(line);
      await this.#file.datasync();
    } catch (cause) {
      await this.#file.truncate(this.#length).catch(() => {});
      throw unwritable(this.path, cause as Error);
    }
    this.#length += line.length;
    this.#keys.add(result.cell.key);
    return true;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/**
 * The finished cells of a file, for a report.
 *
 * @throws GeodesicError `experiment.results` where there is none, or a line is damaged
 */
export async function readResults(path: string): Promise<CellResult[]> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new GeodesicError('experiment.results', `can't read results: ${cause.message}`, { cause });
  });
  return wholeLines(path, text).results;
}

/** How every line of a file begins. */
const BEGINNING = '{"spec":"';

/** @returns what the whole lines say, and how many bytes they take */
function wholeLines(path: string, text: string): { results: CellResult[]; length: number } {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  const results = lines.map((line, i) => {
    const result = parseResult(line);
    if (result === undefined) throw damaged(path, i + 1);
    return result;
  });
  const rest = text.slice(whole.length, whole.length + BEGINNING.length);
  if (lines.length === 0 && !BEGINNING.startsWith(rest)) throw damaged(path, 1);
  return { results, length: Buffer.byteLength(whole) };
}

function damaged(path: string, line: number): GeodesicError {
  return new GeodesicError(
    'experiment.results',
    `${path}:${line} is damaged: take that line out, and its cell is computed again`,
  );
}

function otherSpec(path: string, found: string, wanted: string): GeodesicError {
  return new GeodesicError(
    'experiment.other-spec',
    `${path} holds results of another spec (${found}, not ${wanted}): choose another folder with --out`,
  );
}

function unwritable(path: string, cause: Error): GeodesicError {
  return new GeodesicError(
    'experiment.output',
    `can't write ${path}: ${cause.message}; finished cells are kept: run the same command again when there is room, or choose another --out`,
    { cause },
  );
}
