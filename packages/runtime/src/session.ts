import {
  type CachedState,
  type Device,
  type DeviceState,
  type GraphRunner,
  type Patch,
  prepareGraph,
  type RunResult,
  stateBytes,
  stepFault,
  type ValueData,
} from '@geodesic/backend';
import {
  checkRows,
  compile,
  frequenciesChange,
  GeodesicError,
  type HostArray,
  isStreamState,
  type LogitsChoice,
  type MergeSpecification,
  mergesOf,
  type Pass,
  type Program,
  padFlags,
  padRows,
  protectionInput,
  slerpMerge,
  TOKENS,
} from '@geodesic/compiler';
import type { LanguageModel } from './language-model.js';
import type { MergeTail } from './merge-tail.js';
import { type MergeTrace, mergeTrace } from './merge-trace.js';
import { protectionsOf, streamingMerge, surpriseMerge, withProtection } from './session-merges.js';
import { SurpriseMemory } from './surprise-memory.js';
import type { TokenProtection } from './token-protection.js';

/** What a session computes; without any option, the model as it is. */
export interface SessionOptions {
  /** Token merging: one merge, or several behind rising layers, also as one record of lists. Without it the model runs as it is. */
  readonly merge?: MergeSpecification;
  /** Further passes, run behind the merges. */
  readonly passes?: readonly Pass[];
  /** Logits of each row's last token (default), of every slot, or of each prompt's last token and all that follow it. */
  readonly logits?: LogitsChoice;
  /** Names of values to read with every step, such as `layers.15.output` or `layers.15.merged`. */
  readonly capture?: readonly string[];
  /** Values to replace with every step. */
  readonly patch?: Readonly<Record<string, Patch>>;
}

export interface StepOptions {
  /** Ends the step when the thread has its next turn, about every 40 ms; the session stays as it was before. */
  readonly signal?: AbortSignal | undefined;
}

type States = ReadonlyMap<string, CachedState>;
type Values = ReadonlyMap<string, ValueData>;
type Rows = readonly (readonly number[])[];

/** What each row has seen: the prompt that the caches began with, and the tokens that followed it. */
interface History {
  readonly prompts: Rows;
  readonly followed: Rows;
  /** How surprising each token was, prompt and all, where the session remembers it. */
  readonly surprise: Rows;
  /** 1 for each token that the model generated, else 0: those that came one by one are taken for such, those of a turn for given. */
  readonly generated: Rows;
}

const NOTHING_SEEN: History = { prompts: [], followed: [], surprise: [], generated: [] };

/** A step, and how surprising its tokens were. */
interface Measured extends StepResult {
  readonly surprise: Rows;
}

/** Where a step starts: how much each row has seen, the caches of it, and how long each row counts as. */
interface StepStart extends StepOptions {
  readonly starts: readonly number[];
  readonly states: States;
  readonly lengths: readonly number[];
  /** Of the history's tokens, where they are run again. */
  readonly generated?: Rows;
}

/** What one step gives. */
export interface StepResult {
  /** [rows, vocabulary], or [rows, slots, vocabulary] where all tokens of the step have logits. */
  readonly logits: ValueData;
  /** The original position that each slot of the step predicts, −1 for padding: [rows, slots]. */
  readonly targets: ValueData;
  readonly captured: ReadonlyMap<string, ValueData>;
  /**
   * One trace for each merge, the first merge's first; of a decoding step one of the slots that it merged, where merging goes on and
   * enough tokens have come together, else none.
   */
  readonly merges: readonly MergeTrace[];
}

/** A model at work on one batch of rows: a compiled program and the caches of what it has seen. */
export class Session {
  readonly program: Program;
  readonly #model: LanguageModel;
  readonly #prefill: GraphRunner;
  readonly #decode: GraphRunner;
  readonly #remerge: GraphRunner | undefined;
  readonly #tail: MergeTail | undefined;
  readonly #surprise: SurpriseMemory | undefined;
  readonly #patches: ReadonlyMap<string, Patch>;
  /** By the layer of the merge. */
  readonly #protections: ReadonlyMap<number, TokenProtection>;
  #states: States = new Map();
  #history: History = NOTHING_SEEN;
  #slots: readonly number[] = [];
  #busy = false;
  /** Errors that the device had reported when the running step began. */
  #reportedBefore: number | undefined;
  #disposed = false;

  /** Use `LanguageModel.session`. */
  constructor(model: LanguageModel, options: SessionOptions = {}) {
    const { merge = [], passes = [], logits = 'last', capture = [], patch = {} } = options;
    checkSessionOptions(options);
    const merges = withProtection(mergesOf(merge), model.tokenizer, model.surprise);
    this.#model = model;
    this.#protections = protectionsOf(merges, model.tokenizer);
    this.program = compile(model.definition, {
      passes: [...merges.map(slerpMerge), ...passes],
      logits,
      capture,
      patch: Object.keys(patch),
    });
    const { device, cache } = model;
    const surprising = surpriseMerge(merges);
    this.#surprise = surprising && new SurpriseMemory(surprising, model.surprise, device);
    const parameters = new Map([...model.parameters, ...(this.#surprise?.parameters ?? [])]);
    this.#prefill = prepareGraph(this.program.prefill, device, parameters, { cache });
    this.#decode = prepareGraph(this.program.decode, device, parameters, { cache });
    const { remerge } = this.program;
    this.#remerge = remerge && prepareGraph(remerge, device, parameters, { cache });
    this.#tail = streamingMerge(merges, device);
    this.#patches = new Map(Object.entries(patch));
  }

  /** Tokens that each row has seen, merged ones counted one by one: the position of its next token. */
  get lengths(): readonly number[] {
    const { prompts, followed } = this.#history;
    return prompts.map((prompt, row) => prompt.length + (followed[row]?.length ?? 0));
  }

  /** Entries that each row has in the caches behind the last merge: fewer than `lengths` where tokens were merged. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** Most tokens that a row may have. */
  get contextLength(): number {
    return this.#model.config.maxPositionEmbeddings;
  }

  /** Bytes of cached keys and values, as the device keeps them, without what there is room for. */
  get kvCacheBytes(): number {
    let bytes = 0;
    for (const [name, state] of this.#states)
      if (!isStreamState(name)) bytes += stateBytes(state as DeviceState);
    return bytes;
  }

  /**
   * Runs prompts, a row each, after forgetting what came before.
   *
   * @throws GeodesicError `run.empty`, `run.token`, `run.context` (longer than the model's context), `run.aborted`
   * @throws GeodesicError `backend.memory` naming the value that there is no room for, `backend.device-error`, and `backend.lost`
   *   when the device is gone: open the backend and load the model again
   */
  async prefill(rows: Rows, options: StepOptions = {}): Promise<StepResult> {
    return this.#exclusively(options, async () => {
      checkRows(
        rows,
        rows.map(() => 0),
        this.#model.config,
      );
      const prompts = copied(rows);
      const [{ surprise, ...step }, states] = await this.#run(
        this.#prefill,
        prompts,
        beginning(prompts, options),
      );
      const generated = prompts.map((prompt) => prompt.map(() => 0));
      this.#replaceStates(states, { prompts, followed: prompts.map(() => []), surprise, generated });
      return step;
    });
  }

  /**
   * Runs further tokens behind the cached ones; they stay unmerged unless the merge goes on (`stream`). Every row gets as many as it
   * likes, at least one.
   *
   * Where RoPE's frequencies depend on the length of a row (dynamic NTK, LongRoPE) and change with these tokens, everything that
   * was cached is computed anew with the new ones, as a full pass would; patches see those tokens again, and for that time the
   * caches take up to three times their memory.
   *
   * @throws GeodesicError as `prefill`, and `run.input` before a prefill
   */
  async decode(rows: Rows, options: StepOptions = {}): Promise<StepResult> {
    return this.#exclusively(options, async () => {
      const starts = this.lengths;
      if (rows.length !== starts.length) {
        throw new GeodesicError(
          'run.input',
          `decode got ${rows.length} rows, the session has ${starts.length}: prefill first`,
        );
      }
      checkRows(rows, starts, this.#model.config);
      const added = copied(rows);
      const lengths = added.map((row, i) => (starts[i] as number) + row.length);
      const [{ surprise: latest, ...step }, states] = await this.#decodeAt(added, starts, lengths, options);
      const { prompts, followed, surprise, generated } = this.#history;
      const areGenerated = added.map((row) => row.map(() => Number(row.length === 1)));
      const history = {
        prompts,
        followed: extended(followed, added),
        surprise: extended(surprise, latest),
        generated: extended(generated, areGenerated),
      };
      const merged = await this.#mergeTail(states, history, options);
      this.#replaceStates(merged.states, merged.history);
      return { ...step, merges: merged.merges };
    });
  }

  /**
   * Forgets every row.
   *
   * @throws GeodesicError `run.busy` while a step runs
   */
  reset(): void {
    if (this.#busy) throw busy();
    this.#replaceStates(new Map(), NOTHING_SEEN);
  }

  /** Frees the caches, those of a running step when it ends. The model stays. */
  dispose(): void {
    this.#disposed = true;
    if (!this.#busy) this.#free();
  }

  #free(): void {
    this.#replaceStates(new Map(), NOTHING_SEEN);
    this.#surprise?.dispose();
    this.#prefill.dispose();
    this.#decode.dispose();
    this.#remerge?.dispose();
  }

  #checkUsable(): void {
    if (this.#disposed) throw new GeodesicError('run.disposed', 'the session was disposed: open another');
    if (this.#model.disposed)
      throw new GeodesicError('run.disposed', 'the model was disposed: load it again');
    if (this.#busy) throw busy();
  }

  /** One step at a time; only when it has succeeded do its caches take the place of the old ones. */
  async #exclusively<T>({ signal }: StepOptions, step: () => Promise<T>): Promise<T> {
    this.#checkUsable();
    if (signal?.aborted) throw new GeodesicError('run.aborted', 'the run was aborted');
    this.#busy = true;
    const { device } = this.#model;
    this.#reportedBefore = device.reportedErrors?.();
    try {
      return await step();
    } catch (error) {
      throw await stepFault(error, device, this.#reportedBefore);
    } finally {
      this.#busy = false;
      if (this.#disposed) this.#free();
    }
  }

  async #decodeAt(
    rows: Rows,
    starts: readonly number[],
    lengths: readonly number[],
    { signal }: StepOptions,
  ): Promise<[Measured, States]> {
    const changes = starts.some((start, i) =>
      frequenciesChange(this.program.decode, start, lengths[i] as number),
    );
    if (!changes) return this.#run(this.#decode, rows, { starts, states: this.#states, lengths, signal });
    const states = await this.#recomputed(lengths, signal);
    try {
      return await this.#run(this.#decode, rows, { starts, states, lengths, signal });
    } finally {
      disposeStates(states);
    }
  }

  /**
   * Merges the tail of the rows in which enough tokens have come together; a row whose tail was merged is as if all of it had been its
   * prompt. Where that fails, the states are freed.
   */
  async #mergeTail(
    states: States,
    history: History,
    { signal }: StepOptions,
  ): Promise<{ states: States; history: History; merges: readonly MergeTrace[] }> {
    const rows = history.prompts.map((prompt, i) => [
      ...prompt,
      ...(history.followed[i] as readonly number[]),
    ]);
    const lengths = rows.map(({ length }) => length);
    if (this.#remerge === undefined || !this.#tail?.isDue(states, lengths)) {
      return { states, history, merges: [] };
    }
    try {
      const inputs = this.#tail.inputs(states, rows, this.#flagged(rows, history));
      const result = await this.#remerge.run({ inputs, states, patches: this.#patches, signal });
      const merges = await this.#reading(result, readMerges);
      const isMerged = this.#tail.changedRows(states, result.states);
      disposeStates(new Map([...states].filter(([name]) => result.states.has(name))));
      return {
        states: new Map([...states, ...result.states]),
        history: {
          prompts: history.prompts.map((prompt, i) => (isMerged[i] ? (rows[i] as number[]) : prompt)),
          followed: history.followed.map((tokens, i) => (isMerged[i] ? [] : tokens)),
          surprise: history.surprise,
          generated: history.generated,
        },
        merges,
      };
    } catch (error) {
      disposeStates(states);
      throw error;
    }
  }

  /** The caches of the whole history as rows of these lengths have them: prompts merged as before, what followed unmerged. */
  async #recomputed(lengths: readonly number[], signal: AbortSignal | undefined): Promise<States> {
    const { prompts, followed, generated } = this.#history;
    const [, states] = await this.#run(this.#prefill, prompts, {
      ...beginning(prompts, { signal }),
      lengths,
      generated,
    });
    const further = followed.some((tokens) => tokens.length > 0);
    if (!further) return states;
    try {
      const starts = prompts.map(({ length }) => length);
      return await this.#cachesOf(this.#decode, followed, { starts, states, lengths, signal });
    } finally {
      disposeStates(states);
    }
  }

  /** Runs one graph; the caches that it gives are the caller's. */
  async #run(runner: GraphRunner, rows: Rows, from: StepStart): Promise<[Measured, States]> {
    const result = await this.#compute(runner, rows, from);
    const read = (values: Values): Measured => ({
      ...stepOf(values),
      surprise: this.#surprise?.read(values, rows) ?? rows.map(() => []),
    });
    return [await this.#reading(result, read), result.states];
  }

  /** Runs one graph for its caches alone, which are the caller's. */
  async #cachesOf(runner: GraphRunner, rows: Rows, from: StepStart): Promise<States> {
    const result = await this.#compute(runner, rows, from);
    for (const tensor of result.device.values()) tensor.dispose();
    return result.states;
  }

  async #compute(
    runner: GraphRunner,
    rows: Rows,
    { starts, lengths, states, signal, generated }: StepStart,
  ): Promise<RunResult> {
    // What enters behind a prompt enters unmerged, protected or not.
    const protection = runner === this.#prefill ? this.#protectionOf(rows, generated) : {};
    const inputs = { ...streamInputs(rows, starts, lengths), ...protection };
    const result = await runner.run({ inputs, states, patches: this.#patches, signal });
    return this.#tail === undefined ? result : this.#tail.joined(states, result);
  }

  #protectionOf(rows: Rows, generated: Rows = []): Record<string, HostArray> {
    const inputs = [...this.#protections].map(([layer, protection]) => {
      const measured = this.#surprise?.layer === layer;
      const flags = rows.map((row, i) =>
        measured ? protection.bitsOf(row, generated[i]) : protection.flagsOf(row),
      );
      return [protectionInput(layer), padFlags(flags)] as const;
    });
    return Object.fromEntries(inputs);
  }

  /** Which tokens of each row stay alone, by the layer of the merge, for a merge that goes on: the graph does not measure again. */
  #flagged(
    rows: Rows,
    { surprise, generated }: Pick<History, 'surprise' | 'generated'>,
  ): ReadonlyMap<number, readonly ArrayLike<number>[]> {
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

  /** Reads what a step hands out; where that fails, its caches are freed. */
  async #reading<T>(result: RunResult, read: (values: Values) => T): Promise<T> {
    try {
      const { device } = this.#model;
      const values = await readValues(result, device);
      await device.checkErrors(this.#reportedBefore);
      return read(values);
    } catch (error) {
      disposeStates(result.states);
      throw error;
    }
  }

  #replaceStates(states: States, history: History): void {
    disposeStates(this.#states);
    this.#states = states;
    this.#history = history;
    this.#slots = countSlots(states);
  }
}

function extended(rows: Rows, added: Rows): Rows {
  return rows.map((row, i) => [...row, ...(added[i] as readonly number[])]);
}

/** Where a prefill starts. */
function beginning(rows: Rows, { signal }: StepOptions): StepStart {
  return {
    starts: rows.map(() => 0),
    states: new Map(),
    lengths: rows.map(({ length }) => length),
    signal,
  };
}

/** The inputs of one run that describe its tokens. */
function streamInputs(...rows: Parameters<typeof padRows>): Record<string, HostArray> {
  const streams = Object.entries(padRows(...rows));
  return Object.fromEntries(streams.map(([stream, values]) => [`${TOKENS}.${stream}`, values]));
}

/** The caller may write to its rows afterwards. */
function copied(rows: Rows): Rows {
  return rows.map((row) => [...row]);
}

function busy(): GeodesicError {
  return new GeodesicError('run.busy', 'the session is at a step already: await it first');
}

/** For callers without types: what would otherwise fail far from here, or silently mean something else. */
function checkSessionOptions({ logits = 'last', capture = [], patch = {} }: SessionOptions): void {
  const refuse = (what: string) => new GeodesicError('run.option', `session: ${what}`);
  if (logits !== 'last' && logits !== 'all' && logits !== 'following')
    throw refuse(`logits must be 'last', 'all' or 'following', not '${String(logits)}'`);
  if (!Array.isArray(capture)) throw refuse('capture must be a list of names');
  for (const [name, change] of Object.entries(patch)) {
    if (typeof change !== 'function') throw refuse(`the patch of '${name}' must be a function`);
  }
}

/** Reads what a step hands out and frees its tensors; the caches live on in the session. */
async function readValues(result: RunResult, device: Device): Promise<Values> {
  // Copies: what is handed out may be written to, and a host value may be part of the caches.
  const host = [...result.host].map(
    ([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const,
  );
  const values = new Map<string, ValueData>(host);
  try {
    // All at the same time: a device may take milliseconds to say that one is read.
    const reads = [...result.device].map(async ([name, tensor]) => {
      device.allocateFor?.(name);
      const data = (await tensor.data()).slice() as Float32Array;
      return [name, { shape: tensor.shape, data }] as const;
    });
    for (const [name, value] of await Promise.all(reads)) values.set(name, value);
  } finally {
    for (const tensor of result.device.values()) tensor.dispose();
  }
  return values;
}

function stepOf(values: Values): StepResult {
  return {
    logits: values.get('logits') as ValueData,
    targets: values.get('targets') as ValueData,
    captured: withoutPrefix(values, 'capture.'),
    merges: readMerges(values),
  };
}

function readMerges(values: Values): MergeTrace[] {
  const domains = [...values.keys()].flatMap((name) => /^merge\.(.*)\.plan$/.exec(name)?.[1] ?? []);
  // A merge's domain is named after the one that it merged: the longer name is the later merge.
  return domains
    .sort((a, b) => a.length - b.length)
    .map((domain) => {
      const part = (what: string) => values.get(`merge.${domain}.${what}`) as HostArray;
      return mergeTrace(domain, part('plan'), part('extents'), part('statistics').data as Float32Array);
    });
}

function withoutPrefix(values: Values, prefix: string): Map<string, ValueData> {
  const found = [...values].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** Valid entries a row in the most merged domain, whose name is the longest; a tail is part of one. */
function countSlots(states: States): number[] {
  const names = [...states.keys()].filter(
    (name) => isStreamState(name) && name.endsWith('.sizes') && !name.includes('/tail@'),
  );
  const deepest = names.sort((a, b) => b.length - a.length)[0];
  const sizes = states.get(deepest ?? '') as HostArray | undefined;
  const [rows = 0, width = 0] = sizes?.shape ?? [];
  return Array.from({ length: rows }, (_, row) => {
    const cells = sizes?.data.subarray(row * width, (row + 1) * width) ?? [];
    return Array.from(cells).filter((size) => size > 0).length;
  });
}

function disposeStates(states: States): void {
  for (const [name, state] of states) if (!isStreamState(name)) (state as DeviceState).dispose();
}
