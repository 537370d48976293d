import { GeodesicError, optionFault, written } from '@geodesic/compiler';
import { type Tokenizer, TokenStream } from '@geodesic/weights';
import { seededRandom } from '../random.js';
import type { Session } from '../session/session.js';
import { lastLogits } from '../session/step-logits.js';
import type { StepResult } from '../session/step-result.js';
import { checkSampling, type SamplingOptions, sampleToken } from './sampling.js';
import { StopStrings } from './stop-strings.js';

const DEFAULT_NEW_TOKENS = 128;

/** How an answer is drawn and where it ends. */
export interface GenerateOptions extends SamplingOptions {
  /** Default 128. */
  readonly maxNewTokens?: number;
  /** The same seed, prompt and options give the same tokens: a whole number of which the low 32 bits count. Default 0. */
  readonly seed?: number;
  /** Generation ends before the first of these. */
  readonly stop?: readonly string[];
  /** Ids that end generation; default: the tokenizer's. */
  readonly eosTokenIds?: readonly number[];
  readonly signal?: AbortSignal;
  /** Is told of each step of the session, the prompt's first: of its logits, and of what it merged. */
  readonly onStep?: (step: StepResult) => void;
}

/** A piece of the answer: a token with the text that it completes, or at the end what was held back, without a token. */
export interface GeneratedPiece {
  readonly id?: number;
  readonly text: string;
}

/** A whole answer, and what it took. */
export interface Generation {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly promptTokens: number;
  /** Slots that the prompt takes behind the last merge. */
  readonly mergedTokens: number;
  readonly finishReason: 'eos' | 'stop' | 'length' | 'context';
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** Of decoding: the first token comes out of prefill. */
  readonly tokensPerSecond: number;
  readonly kvCacheBytes: number;
}

/**
 * Generates from a prompt, piece by piece; the iterator's return value sums it up.
 *
 * @param session is prefilled anew with the prompt
 * @throws GeodesicError `run.empty`, `run.context`, `run.aborted`, `sampling.option`, `sampling.logits`; `run.busy` where somebody else
 *   used the session meanwhile
 */
export async function* generate(
  session: Session,
  tokenizer: Tokenizer,
  promptIds: readonly number[],
  options: GenerateOptions = {},
): AsyncGenerator<GeneratedPiece, Generation> {
  checkOptions(options);
  if (typeof tokenizer?.decode !== 'function')
    refuse('generate needs a tokenizer: load the model with one, or call prefill and decode');
  const prefillStart = performance.now();
  const first = await session.prefill([promptIds], { signal: options.signal });
  const decodeStart = performance.now();
  options.onStep?.(first);
  const mergedTokens = session.slots[0] as number;
  const answer = new Answer(tokenizer, options.stop ?? []);
  const ending = yield* decodeTokens(session, tokenizer, answer, promptIds, first, options);
  const tail = ending === 'stop' ? { text: '', stopped: true } : answer.end();
  if (tail.text !== '') yield { text: tail.text };
  const decodeMs = performance.now() - decodeStart;
  return {
    text: answer.text,
    tokens: answer.tokens,
    promptTokens: promptIds.length,
    mergedTokens,
    finishReason: tail.stopped ? 'stop' : ending,
    prefillMs: decodeStart - prefillStart,
    decodeMs,
    tokensPerSecond: decodeMs > 0 ? (Math.max(0, answer.tokens.length - 1) * 1000) / decodeMs : 0,
    kvCacheBytes: session.kvCacheBytes,
  };
}

/** Draws tokens until something ends the answer, and says what. */
async function* decodeTokens(
  session: Session,
  tokenizer: Tokenizer,
  answer: Answer,
  promptIds: readonly number[],
  first: StepResult,
  options: GenerateOptions,
): AsyncGenerator<GeneratedPiece, Generation['finishReason']> {
  const {
    maxNewTokens = DEFAULT_NEW_TOKENS,
    seed = 0,
    eosTokenIds = tokenizer.eosTokenIds,
    signal,
    onStep,
  } = options;
  const random = seededRandom(seed);
  const seen = new Set(promptIds);
  let step = first;
  let { changes } = session;
  for (let remaining = maxNewTokens; remaining > 0; remaining--) {
    const id = sampleToken(lastLogits(step), options, seen, random);
    if (eosTokenIds.includes(id)) return 'eos';
    seen.add(id);
    const { text, stopped } = answer.push(id);
    yield { id, text };
    if (stopped) return 'stop';
    if ((session.lengths[0] as number) >= session.contextLength) return 'context';
    if (remaining === 1) break;
    if (session.changes !== changes) throw interrupted();
    step = await session.decode([[id]], { signal });
    changes = session.changes;
    onStep?.(step);
  }
  return 'length';
}

/** The answer so far: its tokens, and the text that may be shown of them. */
class Answer {
  readonly tokens: number[] = [];
  text = '';
  readonly #stream: TokenStream;
  readonly #stops: StopStrings;

  constructor(tokenizer: Tokenizer, stop: readonly string[]) {
    this.#stream = new TokenStream(tokenizer);
    this.#stops = new StopStrings(stop);
  }

  push(id: number): { readonly text: string; readonly stopped: boolean } {
    this.tokens.push(id);
    const shown = this.#stops.push(this.#stream.push(id));
    this.text += shown.text;
    return shown;
  }

  /** What was held back: a character that never became whole, the start of a stop string that never came. */
  end(): { readonly text: string; readonly stopped: boolean } {
    const { text, stopped } = this.#stops.push(this.#stream.end());
    const tail = stopped ? text : text + this.#stops.end();
    this.text += tail;
    return { text: tail, stopped };
  }
}

const OPTIONS: Readonly<Record<keyof GenerateOptions, true>> = {
  maxNewTokens: true,
  temperature: true,
  topK: true,
  topP: true,
  minP: true,
  repetitionPenalty: true,
  seed: true,
  stop: true,
  eosTokenIds: true,
  signal: true,
  onStep: true,
};

/** Checks what a caller without types may get wrong too: a wrong type would be taken for something else, or fail midway. */
function checkOptions(options: GenerateOptions): void {
  const fault = optionFault(options, OPTIONS);
  if (fault !== undefined) refuse(fault);
  checkSampling(options);
  const { maxNewTokens = DEFAULT_NEW_TOKENS, seed = 0, stop = [], eosTokenIds = [] } = options;
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 0) {
    refuse(`maxNewTokens must be a whole number of at least 0, not ${written(maxNewTokens)}`);
  }
  if (!Number.isSafeInteger(seed)) {
    refuse(`seed must be a whole number of at most 2^53 - 1 in size, not ${written(seed)}`);
  }
  if (!isArrayOf(stop, (one) => typeof one === 'string')) refuse('stop must be an array of strings');
  if (options.onStep !== undefined && typeof options.onStep !== 'function')
    refuse('onStep must be a function');
  if (!isArrayOf(eosTokenIds, Number.isInteger)) refuse('eosTokenIds must be an array of whole numbers');
}

function isArrayOf(value: unknown, valid: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(valid);
}

function interrupted(): GeodesicError {
  return new GeodesicError(
    'run.busy',
    'another run used the session while it generated: open a session for each of them',
  );
}

function refuse(message: string): never {
  throw new GeodesicError('sampling.option', message);
}
