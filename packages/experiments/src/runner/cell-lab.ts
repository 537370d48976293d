import { GeodesicError } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { type Cell, groupOf } from '../grid/cell.js';
import type { Spec } from '../spec/spec-schema.js';
import { Group } from '../tasks/group.js';
import { Corpus } from '../texts/corpus.js';
import type { CellResult } from './cell-result.js';
import type { DescribedModel } from './described-model.js';
import { evaluateCell } from './evaluate-cell.js';

/** Where models come from: who runs experiments decides on the backend. */
export interface ModelSource {
  /** What a model is, with no weight read. */
  describe(name: string): Promise<DescribedModel>;
  /** The caller disposes it. */
  load(name: string): Promise<LanguageModel>;
}

/** What every cell of a run is computed with. */
export interface LabSettings {
  readonly spec: Pick<Spec, 'seed' | 'split' | 'bootstrap'>;
  readonly hash: string;
  /** Items that are made already, by the name of their group. */
  readonly items?: ReadonlyMap<string, readonly unknown[]>;
}

/** Computes cells one after another; keeps the model, the text and the group of the last one, for the next. */
export class CellLab {
  readonly #source: ModelSource;
  readonly #settings: LabSettings;
  readonly #now: () => number;
  #model: { readonly name: string; readonly loaded: LanguageModel } | undefined;
  #corpus: Corpus | undefined;
  #group = new Group('');

  constructor(source: ModelSource, settings: LabSettings, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#settings = settings;
    this.#now = now;
  }

  /**
   * @param alive called between items of the cell; what it throws ends the cell
   * @throws GeodesicError `experiment.tokenizer` for a model without a tokenizer, and as `evaluateCell`
   */
  async compute(cell: Cell, alive: () => Promise<void> = async () => {}): Promise<CellResult> {
    const { spec, hash } = this.#settings;
    const model = await this.#modelNamed(cell.model);
    return evaluateCell(cell, {
      model,
      tokenizer: tokenizerOf(cell.model, model),
      corpus: await this.#corpusNamed(cell.text),
      group: this.#groupOf(cell),
      seed: spec.seed,
      bootstrap: spec.bootstrap,
      spec: hash,
      now: this.#now,
      alive,
    });
  }

  dispose(): void {
    this.#model?.loaded.dispose();
    this.#model = undefined;
  }

  async #modelNamed(name: string): Promise<LanguageModel> {
    if (this.#model?.name !== name) {
      this.dispose();
      this.#model = { name, loaded: await this.#source.load(name) };
    }
    return this.#model.loaded;
  }

  async #corpusNamed(name: string): Promise<Corpus> {
    if (this.#corpus?.name !== name) {
      this.#corpus = await Corpus.read(name, this.#settings.spec.split);
    }
    return this.#corpus;
  }

  #groupOf(cell: Cell): Group {
    const name = groupOf(cell);
    if (this.#group.name !== name) this.#group = new Group(name, { items: this.#settings.items?.get(name) });
    return this.#group;
  }
}

function tokenizerOf(name: string, { tokenizer }: LanguageModel): Tokenizer {
  if (tokenizer !== undefined) return tokenizer;
  throw new GeodesicError('experiment.tokenizer', `${name} has no tokenizer: choose a model that has one`);
}
