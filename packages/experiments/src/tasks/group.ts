/** What the base's results of one group may take, beyond which they are computed again for each variant. */
const MOST_BYTES = 1.5e9;

export interface GroupOptions {
  /** Where they are made already. */
  readonly items?: readonly unknown[] | undefined;
  /** Of the base's results that are kept. */
  readonly mostBytes?: number;
}

/**
 * What the cells of one group share: their items, and what the base gives for each. It is made when it is first asked for, so that
 * a run that resumes in the middle of a group makes it then.
 */
export class Group {
  readonly name: string;
  #items: readonly unknown[] | undefined;
  readonly #base = new Map<number, unknown>();
  #bytes = 0;
  readonly #mostBytes: number;

  constructor(name: string, { items, mostBytes = MOST_BYTES }: GroupOptions = {}) {
    this.name = name;
    this.#items = items;
    this.#mostBytes = mostBytes;
  }

  /** The items, made once: every cell of a group must ask for the same. */
  items<Item>(make: () => readonly Item[]): readonly Item[] {
    this.#items ??= make();
    return this.#items as readonly Item[];
  }

  /** The base's result for an item, computed once as long as there is room for it. */
  async base<Result>(
    item: number,
    compute: () => Promise<Result>,
    bytesOf: (result: Result) => number,
  ): Promise<Result> {
    if (this.#base.has(item)) return this.#base.get(item) as Result;
    const result = await compute();
    this.#bytes += bytesOf(result);
    if (this.#bytes <= this.#mostBytes) this.#base.set(item, result);
    else this.#bytes -= bytesOf(result);
    return result;
  }
}
