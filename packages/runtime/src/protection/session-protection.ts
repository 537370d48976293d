import type { ValueData, Weight } from '@geodesic/backend';
import {
  GeodesicError,
  type Graph,
  type HostArray,
  isProtection,
  padFlags,
  protectionInput,
  type SlerpMergeOptions,
} from '@geodesic/compiler';
import type { LanguageModel } from '../language-model.js';
import type { History, Rows } from '../session/history.js';
import { protectionsOf, surpriseMerge } from './merge-protection.js';
import { SurpriseMemory } from './surprise-memory.js';
import type { TokenProtection } from './token-protection.js';

/** What each merge of a session leaves alone: by what the tokens are, and where one measures it, by how surprising they were. */
export class SessionProtection {
  /** By the layer of the merge. */
  readonly #protections: ReadonlyMap<number, TokenProtection>;
  readonly #surprise: SurpriseMemory | undefined;

  /** @throws GeodesicError `merge.option`; `backend.memory`, `backend.lost` */
  constructor(merges: readonly SlerpMergeOptions[], model: LanguageModel) {
    this.#protections = protectionsOf(merges, model.tokenizer);
    const surprising = surpriseMerge(merges);
    this.#surprise = surprising && new SurpriseMemory(surprising, model.surprise, model.device);
  }

  /** The weights of the probe that measures surprise. */
  get parameters(): ReadonlyMap<string, Weight> {
    return this.#surprise?.parameters ?? new Map();
  }

  /**
   * Whether a graph asks about the tokens of these merges alone.
   *
   * @throws GeodesicError `run.option` for one that a pass has put in
   */
  checkInputs(prefill: Graph): void {
    const known = new Set([...this.#protections.keys()].map(protectionInput));
    const unknown = prefill.nodes.find(
      ({ op, name }) => op === 'input' && isProtection(name) && !known.has(name),
    );
    if (unknown === undefined) return;
    throw new GeodesicError(
      'run.option',
      `session: a merge among the passes protects tokens ('${unknown.name}'), which sessions tell their own merges alone: give it as merge`,
    );
  }

  /**
   * What a prefill is told of its tokens.
   *
   * @param generated 1 for each token of a row that the model generated, else 0; default: none was
   */
  inputs(rows: Rows, generated: Rows = []): Record<string, HostArray> {
    const inputs = [...this.#protections].map(([layer, protection]) => {
      const measured = this.#surprise?.layer === layer;
      const flags = rows.map((row, i) =>
        measured ? protection.bitsOf(row, generated[i]) : protection.flagsOf(row),
      );
      return [protectionInput(layer), padFlags(flags)] as const;
    });
    return Object.fromEntries(inputs);
  }

  /** How surprising the tokens of a step were; of each row nothing where nobody measures it. */
  measured(values: ReadonlyMap<string, ValueData>, rows: Rows): Rows {
    return this.#surprise?.read(values, rows) ?? rows.map(() => []);
  }

  /** Which tokens of each row stay alone, by the layer of the merge, for a merge that goes on: the graph does not measure again. */
  flags({ rows, surprise, generated }: History): ReadonlyMap<number, readonly Uint8Array[]> {
    const flagsOf = (protection: TokenProtection, row: readonly number[], i: number) =>
      this.#surprise?.flags(protection.bitsOf(row, generated[i]), surprise[i] as readonly number[]) ??
      protection.flagsOf(row);
    return new Map(
      [...this.#protections].map(([layer, protection]) => [
        layer,
        rows.map((row, i) => flagsOf(protection, row, i)),
      ]),
    );
  }

  dispose(): void {
    this.#surprise?.dispose();
  }
}
