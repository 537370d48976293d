import {
  compile,
  type Program,
  type SlerpMergeOptions,
  slerpMerge,
  type Traceable,
} from '@geodesic/compiler';

/** The programs of a model: as it is, and with the merge that was asked for last. Several requests in a row have the same. */
export class CompiledMerges {
  readonly #model: Traceable;
  #base: Program | undefined;
  #last: { readonly key: string; readonly program: Program } | undefined;

  constructor(model: Traceable) {
    this.#model = model;
  }

  get base(): Program {
    this.#base ??= compile(this.#model);
    return this.#base;
  }

  /** @throws GeodesicError what is wrong with the options, or of a layer that the model lacks */
  merged(merge: SlerpMergeOptions): Program {
    const key = JSON.stringify(merge);
    if (this.#last?.key !== key) {
      this.#last = { key, program: compile(this.#model, { passes: [slerpMerge(merge)] }) };
    }
    return this.#last.program;
  }
}
