import { Executable, type Patch, type RunResult, type ValueData } from '@geodesic/backend';
import {
  compile,
  GeodesicError,
  type HostArray,
  isStreamState,
  type Pass,
  type Program,
  type SlerpMergeOptions,
  slerpMerge,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkTokens } from './check-tokens.js';
import type { LanguageModel } from './language-model.js';
import { type MergeTrace, mergeTrace } from './merge-trace.js';
import { padRows } from './padded-rows.js';

/** What a session computes; without any option, the model as it is. */
export interface SessionOptions {
  /** Token merging: one merge, or several behind rising layers. Without it the model runs as it is. */
  readonly merge?: SlerpMergeOptions | readonly SlerpMergeOptions[];
  /** Further passes, run behind the merges. */
  readonly passes?: readonly Pass[];
  /** Logits of each row's last token (default), or of every slot. */
  readonly logits?: 'last' | 'all';
  /** Names of values to read with every step, such as `layers.15.output` or `layers.15.merged`. */
  readonly capture?: readonly string[];
  /** Values to replace with every step. */
  readonly patch?: Readonly<Record<string, Patch>>;
}

export interface StepOptions {
  /** Ends the step when the thread has its next turn, about every 40 ms; the session stays as it was before. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a step starts: what each row has seen, and the caches of it. */
interface StepStart extends StepOptions {
  readonly starts: readonly number[];
  readonly states: ReadonlyMap<string, HostArray | Tensor>;
}

/** What one step gives. */
export interface StepResult {
  /** [rows, vocabulary], or [rows, slots, vocabulary] for a session with all logits. */
  readonly logits: ValueData;
  /** The original position that each slot of the step predicts, −1 for padding: [rows, slots]. */
  readonly targets: ValueData;
  readonly captured: ReadonlyMap<string, ValueData>;
  /** One trace for each merge, the first merge's first; empty for a decoding step, which merges nothing. */
  readonly merges: readonly MergeTrace[];
}

/** A model at work on one batch of rows: a compiled program and the caches of what it has seen. */
export class Session {
  readonly program: Program;
  readonly #model: LanguageModel;
  readonly #prefill: Executable;
  readonly #decode: Executable;
  readonly #patches: ReadonlyMap<string, Patch>;
  #states: ReadonlyMap<string, HostArray | Tensor> = new Map();
  #lengths: readonly number[] = [];
  #slots: readonly number[] = [];
  #busy = false;
  #disposed = false;

  /** Use `LanguageModel.session`. */
  constructor(model: LanguageModel, options: SessionOptions = {}) {
    const { merge = [], passes = [], logits = 'last', capture = [], patch = {} } = options;
    checkSessionOptions(options);
    const merges = (Array.isArray(merge) ? merge : [merge]) as readonly SlerpMergeOptions[];
    this.#model = model;
    this.program = compile(model.definition, {
      passes: [...merges.map(slerpMerge), ...passes],
      logits,
      capture,
      patch: Object.keys(patch),
    });
    this.#prefill = new Executable(this.program.prefill, model.device, model.parameters);
    this.#decode = new Executable(this.program.decode, model.device, model.parameters);
    this.#patches = new Map(Object.entries(patch));
  }

  /** Tokens that each row has seen, merged ones counted one by one: the position of its next token. */
  get lengths(): readonly number[] {
    return this.#lengths;
  }

  /** Entries that each row has in the caches behind the last merge: fewer than `lengths` where tokens were merged. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** Most tokens that a row may have. */
  get contextLength(): number {
    return this.#model.config.maxPositionEmbeddings;
  }

  /** Bytes of cached keys and values. */
  get kvCacheBytes(): number {
    let bytes = 0;
    for (const [name, state] of this.#states) if (!isStreamState(name)) bytes += (state as Tensor).size * 4;
    return bytes;
  }

  /**
   * Runs prompts, a row each, after forgetting what came before.
   *
   * @throws GeodesicError `run.empty`, `run.token`, `run.context` (longer than the model's context), `run.aborted`
   */
  async prefill(rows: readonly (readonly number[])[], options: StepOptions = {}): Promise<StepResult> {
    const starts = rows.map(() => 0);
    return this.#step(this.#prefill, rows, { starts, states: new Map(), signal: options.signal });
  }

  /**
   * Runs further tokens behind the cached ones; they stay unmerged. Every row gets as many as it likes, at least one.
   *
   * @throws GeodesicError as `prefill`, and `run.input` before a prefill
   */
  async decode(rows: readonly (readonly number[])[], options: StepOptions = {}): Promise<StepResult> {
    this.#checkUsable();
    if (rows.length !== this.#lengths.length) {
      throw new GeodesicError(
        'run.input',
        `decode got ${rows.length} rows, the session has ${this.#lengths.length}: prefill first`,
      );
    }
    return this.#step(this.#decode, rows, {
      starts: this.#lengths,
      states: this.#states,
      signal: options.signal,
    });
  }

  /**
   * Forgets every row.
   *
   * @throws GeodesicError `run.busy` while a step runs
   */
  reset(): void {
    if (this.#busy) throw busy();
    this.#replaceStates(new Map(), []);
  }

  /** Frees the caches, those of a running step when it ends. The model stays. */
  dispose(): void {
    this.#disposed = true;
    if (!this.#busy) this.#replaceStates(new Map(), []);
  }

  #checkUsable(): void {
    if (this.#disposed) throw new GeodesicError('run.disposed', 'the session was disposed: open another');
    if (this.#model.disposed)
      throw new GeodesicError('run.disposed', 'the model was disposed: load it again');
    if (this.#busy) throw busy();
  }

  /** Runs one step; only when it has succeeded do its caches take the place of the old ones. */
  async #step(
    executable: Executable,
    rows: readonly (readonly number[])[],
    from: StepStart,
  ): Promise<StepResult> {
    this.#checkUsable();
    if (from.signal?.aborted) throw new GeodesicError('run.aborted', 'the run was aborted');
    for (const [i, row] of rows.entries()) checkTokens(row, this.#model.config, from.starts[i]);
    const inputs = padRows(rows, from.starts);
    const { states, signal } = from;
    this.#busy = true;
    try {
      const result = await executable.run({ inputs, states, patches: this.#patches, signal });
      const step = await this.#read(result);
      this.#replaceStates(
        cachesOf(result),
        rows.map((row, i) => (from.starts[i] as number) + row.length),
      );
      return step;
    } finally {
      this.#busy = false;
      if (this.#disposed) this.#replaceStates(new Map(), []);
    }
  }

  /** Reads what a step hands out; where that fails, its caches are freed. */
  async #read(result: RunResult): Promise<StepResult> {
    try {
      const step = await readStep(result);
      await this.#model.device.checkErrors();
      return step;
    } catch (error) {
      disposeStates(cachesOf(result));
      throw error;
    }
  }

  #replaceStates(states: ReadonlyMap<string, HostArray | Tensor>, lengths: readonly number[]): void {
    disposeStates(this.#states);
    this.#states = states;
    this.#lengths = lengths;
    this.#slots = countSlots(states);
  }
}

function busy(): GeodesicError {
  return new GeodesicError('run.busy', 'the session is at a step already: await it first');
}

function cachesOf(result: RunResult): Map<string, HostArray | Tensor> {
  const all: [string, HostArray | Tensor][] = [...result.host, ...result.device];
  return new Map(all.filter(([name]) => name.startsWith('cache.')));
}

/** For callers without types: what would otherwise fail far from here, or silently mean something else. */
function checkSessionOptions({ logits = 'last', capture = [], patch = {} }: SessionOptions): void {
  const refuse = (what: string) => new GeodesicError('run.option', `session: ${what}`);
  if (logits !== 'last' && logits !== 'all')
    throw refuse(`logits must be 'last' or 'all', not '${String(logits)}'`);
  if (!Array.isArray(capture)) throw refuse('capture must be a list of names');
  for (const [name, change] of Object.entries(patch)) {
    if (typeof change !== 'function') throw refuse(`the patch of '${name}' must be a function`);
  }
}

/** Reads what a step hands out and frees its tensors; the caches live on in the session. */
async function readStep(result: RunResult): Promise<StepResult> {
  // Copies: what is handed out may be written to, and a host value may be part of the caches.
  const host = [...result.host].map(
    ([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const,
  );
  const values = new Map<string, ValueData>(host);
  const handedOut = [...result.device].filter(([name]) => !name.startsWith('cache.'));
  try {
    for (const [name, tensor] of handedOut) {
      values.set(name, { shape: tensor.shape, data: (await tensor.data()).slice() as Float32Array });
    }
  } finally {
    for (const [, tensor] of handedOut) tensor.dispose();
  }
  return {
    logits: values.get('logits') as ValueData,
    targets: values.get('targets') as ValueData,
    captured: withoutPrefix(values, 'capture.'),
    merges: readMerges(values),
  };
}

function readMerges(values: ReadonlyMap<string, ValueData>): MergeTrace[] {
  const domains = [...values.keys()].flatMap((name) => /^merge\.(.*)\.plan$/.exec(name)?.[1] ?? []);
  // A merge's domain is named after the one that it merged: the longer name is the later merge.
  return domains
    .sort((a, b) => a.length - b.length)
    .map((domain) => {
      const part = (what: string) => values.get(`merge.${domain}.${what}`) as HostArray;
      return mergeTrace(domain, part('plan'), part('extents'), part('statistics').data as Float32Array);
    });
}

function withoutPrefix(values: ReadonlyMap<string, ValueData>, prefix: string): Map<string, ValueData> {
  const found = [...values].filter(([name]) => name.startsWith(prefix));
  return new Map(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** Valid entries a row in the most merged domain, whose name is the longest. */
function countSlots(states: ReadonlyMap<string, HostArray | Tensor>): number[] {
  const names = [...states.keys()].filter((name) => isStreamState(name) && name.endsWith('.sizes'));
  const deepest = names.sort((a, b) => b.length - a.length)[0];
  const sizes = states.get(deepest ?? '') as HostArray | undefined;
  const [rows = 0, width = 0] = sizes?.shape ?? [];
  return Array.from({ length: rows }, (_, row) => {
    const cells = sizes?.data.subarray(row * width, (row + 1) * width) ?? [];
    return Array.from(cells).filter((size) => size > 0).length;
  });
}

function disposeStates(states: ReadonlyMap<string, HostArray | Tensor>): void {
  for (const [name, state] of states) if (!isStreamState(name)) (state as Tensor).dispose();
}
