import { GeodesicError } from '@geodesic/compiler';
import type { Node } from 'ts-morph';
import { placeOf, printPlace } from '../project/source-place.js';
import type { Finding } from './finding.js';

/** What was found so far; the same at the same place counts once, however many layers repeat it. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  add(node: Node, code: string, message: string, severity: Finding['severity'] = 'error'): void {
    const place = placeOf(node);
    const key = `${printPlace(place)} ${code}`;
    if (!this.#found.has(key)) this.#found.set(key, { ...place, severity, code, message });
  }

  /** What `body` gives; what it throws as a mistake of the user's is found at `node`, and `otherwise` is the result. */
  attempt<Result>(node: Node, body: () => Result, otherwise: () => Result): Result {
    try {
      return body();
    } catch (error) {
      // Values of wrong types are for the type checker to find.
      if (error instanceof CannotTell || error instanceof TypeError || error instanceof RangeError)
        return otherwise();
      if (!(error instanceof GeodesicError)) throw error;
      this.add(node, error.code, withoutPlace(error.message));
      return otherwise();
    }
  }

  get count(): number {
    return this.#found.size;
  }

  /** By place. */
  list(): Finding[] {
    return [...this.#found.values()].sort(
      (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
    );
  }
}

/** The message of an error without where in the source it came from: the finding says it better. */
function withoutPlace(message: string): string {
  return message.replace(/, [^\s,()]+:\d+:\d+\)/, ')');
}

/** Ends the tracing of a model of which not everything can be told, or is right. */
export class CannotTell extends Error {}
