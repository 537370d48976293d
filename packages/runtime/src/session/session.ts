import { checkSignal, type GraphRunner, type Patch, type RunResult, stepFault } from '@geodesic/backend';
import {
  checkPrompts,
  checkRows,
  compile,
  frequenciesChange,
  GeodesicError,
  type HostArray,
  mergesOf,
  type Program,
  padRows,
  slerpMerge,
  streamName,
  TOKENS,
} from '@geodesic/compiler';
import type { LanguageModel } from '../language-model.js';
import { withProtection } from '../protection/merge-protection.js';
import { SessionProtection } from '../protection/session-protection.js';
import { History, type Rows } from './history.js';
import { type MergeTail, streamingTail } from './merge-tail.js';
import type { MergeTrace } from './merge-trace.js';
import { checkSessionOptions, type SessionOptions } from './session-options.js';
import { prepareRunners, type SessionRunners } from './session-runners.js';
import { deviceBytes, disposeStates, type States, slotCounts } from './session-states.js';
import { mergeTraces, readValues, type StepResult, stepResult, type Values } from './step-result.js';

export interface StepOptions {
  /** Ends the step when the thread has its next turn, about every 40 ms; the session stays as it was before. */
  readonly signal?: AbortSignal | undefined;
}

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

/** Caches that were computed anew, and what the prompts were merged to then. */
interface Recomputed {
  readonly states: States;
  readonly merges: readonly MergeTrace[];
}

/** A model at work on one batch of rows: a compiled program and the caches of what it has seen. */
export class Session {
  readonly program: Program;
  readonly #model: LanguageModel;
  readonly #runners: SessionRunners;
  readonly #tail: MergeTail | undefined;
  readonly #protection: SessionProtection;
  readonly #patches: ReadonlyMap<string, Patch>;
  #states: States = new Map();
  #history: History = History.nothing;
  #slots: readonly number[] = [];
  #changes = 0;
  #busy = false;
  /** Errors that the device had reported when the running step began. */
  #reportedBefore: number | undefined;
  #disposed = false;

  /** Use `LanguageModel.session`. */
  constructor(model: LanguageModel, options: SessionOptions = {}) {
    checkSessionOptions(options);
    const { merge = [], passes = [], logits = 'last', capture = [], patch = {} } = options;
    const merges = withProtection(mergesOf(merge), model.tokenizer, model.surprise);
    this.#model = model;
    this.program = compile(model.definition, {
      passes: [...merges.map(slerpMerge), ...passes],
      logits,
      capture,
      patch: Object.keys(patch),
    });
    this.#protection = new SessionProtection(merges, model);
    this.#runners = prepareRunners(this.program, model, this.#protection);
    this.#tail = streamingTail(merges, model.device);
    this.#patches = new Map(Object.entries(patch));
  }

  /** Tokens that each row has seen, merged ones counted one by one: the position of its next token. */
  get lengths(): readonly number[] {
    return this.#history.lengths;
  }

  /** Entries that each row has in the caches behind the last merge: fewer than `lengths` where tokens were merged. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** Most tokens that a row may have. */
  get contextLength(): number {
    return this.#model.config.maxPositionEmbeddings;
  }

  /**
   * Bytes of cached keys and values, and of the states that a merge that goes on may still merge, as the device keeps them; without
   * what there is room for.
   */
  get kvCacheBytes(): number {
    return deviceBytes(this.#states);
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
      checkPrompts(rows, this.#model.config);
      const prompts = copied(rows);
      const [{ surprise, ...step }, states] = await this.#run(
        this.#runners.prefill,
        prompts,
        beginning(prompts, options),
      );
      this.#replaceStates(states, History.ofPrompts(prompts, surprise));
      return step;
    });
  }

  /**
   * Runs further tokens behind the cached ones; they stay unmerged unless the merge goes on (`stream`). Every row gets as many as it
   * likes, at least one.
   *
   * Where RoPE's frequencies depend on the length of a row (dynamic NTK, LongRoPE) and change with these tokens, everything that
   * was cached is computed anew with the new ones, as a full pass would; patches see those tokens again, and for that time the
   * caches take up to three times their memory. Prompts are merged anew too: where states choose what is merged (a ratio, a threshold,
   * surprise), other tokens may be, and the step's `recomputedMerges` tell which.
   *
   * @throws GeodesicError as `prefill`, and `run.input` before a prefill
   */
  async decode(rows: Rows, options: StepOptions = {}): Promise<StepResult> {
    return this.#exclusively(options, async () => {
      const starts = this.lengths;
      checkRows(rows, starts, this.#model.config);
      const added = copied(rows);
      const lengths = added.map((row, i) => (starts[i] as number) + row.length);
      const [{ surprise, ...step }, states] = await this.#decodeAt(added, starts, lengths, options);
      const history = this.#history.followedBy(added, surprise);
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
    this.#replaceStates(new Map(), History.nothing);
  }

  /** Times that its caches changed: where several take turns with a session, each can tell whether another came between. */
  get changes(): number {
    return this.#changes;
  }

  /** Frees the caches, those of a running step when it ends. The model stays. */
  dispose(): void {
    this.#disposed = true;
    if (!this.#busy) this.#free();
  }

  #free(): void {
    this.#replaceStates(new Map(), History.nothing);
    this.#protection.dispose();
    for (const runner of Object.values(this.#runners)) runner.dispose();
  }

  #checkUsable(): void {
    if (this.#disposed) throw new GeodesicError('run.disposed', 'the session was disposed: open another');
    if (this.#model.disposed) throw modelDisposed();
    if (this.#busy) throw busy();
  }

  /** One step at a time; only when it has succeeded do its caches take the place of the old ones. */
  async #exclusively<T>({ signal }: StepOptions, step: () => Promise<T>): Promise<T> {
    this.#checkUsable();
    checkSignal({ signal });
    this.#busy = true;
    const { device } = this.#model;
    this.#reportedBefore = device.reportedErrors?.();
    try {
      return await step();
    } catch (error) {
      if (this.#model.disposed) throw modelDisposed(error);
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
    if (!changes)
      return this.#run(this.#runners.decode, rows, { starts, states: this.#states, lengths, signal });
    const { states, merges } = await this.#recomputed(lengths, signal);
    try {
      const [measured, after] = await this.#run(this.#runners.decode, rows, {
        starts,
        states,
        lengths,
        signal,
      });
      return [{ ...measured, recomputedMerges: merges }, after];
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
    const { remerge } = this.#runners;
    if (remerge === undefined || !this.#tail?.isDue(states, history.lengths)) {
      return { states, history, merges: [] };
    }
    try {
      const inputs = this.#tail.inputs(states, history.lengths, this.#protection.flags(history));
      const result = await remerge.run({ inputs, states, patches: this.#patches, signal });
      const merges = await this.#reading(result, mergeTraces);
      const isMerged = this.#tail.changedRows(states, result.states);
      disposeStates(new Map([...states].filter(([name]) => result.states.has(name))));
      return {
        states: new Map([...states, ...result.states]),
        history: history.withPromptsGrown(isMerged),
        merges,
      };
    } catch (error) {
      disposeStates(states);
      throw error;
    }
  }

  /**
   * The caches of the whole history as rows of these lengths have them: prompts merged as a prefill of such rows does, what followed
   * unmerged.
   */
  async #recomputed(lengths: readonly number[], signal: AbortSignal | undefined): Promise<Recomputed> {
    const { prompts, followed, generated } = this.#history;
    const [{ merges }, states] = await this.#run(this.#runners.prefill, prompts, {
      ...beginning(prompts, { signal }),
      lengths,
      generated,
    });
    const further = followed.some((tokens) => tokens.length > 0);
    if (!further) return { states, merges };
    try {
      const starts = prompts.map(({ length }) => length);
      const from = { starts, states, lengths, signal };
      return { states: await this.#cachesOf(this.#runners.decode, followed, from), merges };
    } finally {
      disposeStates(states);
    }
  }

  /** Runs one graph; the caches that it gives are the caller's. */
  async #run(runner: GraphRunner, rows: Rows, from: StepStart): Promise<[Measured, States]> {
    const result = await this.#compute(runner, rows, from);
    const read = (values: Values): Measured => ({
      ...stepResult(values),
      surprise: this.#protection.measured(values, rows),
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
    const protection = runner === this.#runners.prefill ? this.#protection.inputs(rows, generated) : {};
    const inputs = { ...streamInputs(rows, starts, lengths), ...protection };
    const result = await runner.run({ inputs, states, patches: this.#patches, signal });
    return this.#tail === undefined ? result : this.#tail.joined(states, result);
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
    this.#slots = slotCounts(states);
    this.#changes++;
  }
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
  return Object.fromEntries(streams.map(([stream, values]) => [streamName(TOKENS, stream), values]));
}

/** The caller may write to its rows afterwards. */
function copied(rows: Rows): Rows {
  return rows.map((row) => [...row]);
}

function modelDisposed(cause?: unknown): GeodesicError {
  return new GeodesicError('run.disposed', 'the model was disposed: load it again', { cause });
}

function busy(): GeodesicError {
  return new GeodesicError('run.busy', 'the session is at a step already: await it first');
}
