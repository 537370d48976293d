import { GeodesicError } from '@geodesic/compiler';
import { type Tokenizer, TokenStream } from '@geodesic/weights';
import { seededRandom } from './random.js';
import { checkSampling, type SamplingOptions, sampleToken } from './sampling.js';
import type { Session, StepResult } from './session.js';
import { StopStrings } from './stop-strings.js';

const DEFAULT_NEW_TOKENS = 128;

export interface GenerateOptions extends SamplingOptions {
  /** Default 128. */
  readonly maxNewTokens?: number;
  /** The same seed, prompt and options give the same tokens. Default 0. */
  readonly seed?: number;
  /** Generation ends before the first of these. */
  readonly stop?: readonly string[];
  /** Ids that end generation; default: the tokenizer's. */
  readonly eosTokenIds?: readonly number[];
  readonly signal?: AbortSignal;
}

/** A piece of the answer: a token with the text that it completes, or at the end what was held back, without a token. */
export interface GeneratedPiece {
  readonly id?: number;
  readonly text: string;
}

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
 * @throws GeodesicError `run.empty`, `run.context`, `run.aborted`, `sampling.option`
 */
export async function* generate(
  session: Session,
  tokenizer: Tokenizer,
  promptIds: readonly number[],
  options: GenerateOptions = {},
): AsyncGenerator<GeneratedPiece, Generation> {
  checkOptions(options);
  const prefillStart = performance.now();
  const first = await session.prefill([promptIds], { signal: options.signal });
  const decodeStart = performance.now();
  const mergedTokens = session.slots[0] as number;
  const answer = new Answer(tokenizer, options.stop ?? []);
  const finishReason = yield* decodeTokens(session, tokenizer, answer, promptIds, first, options);
  const tail = finishReason === 'stop' ? '' : answer.end();
  if (tail !== '') yield { text: tail };
  const decodeMs = performance.now() - decodeStart;
  return {
    text: answer.text,
    tokens: answer.tokens,
    promptTokens: promptIds.length,
    mergedTokens,
    finishReason,
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
  } = options;
  const random = seededRandom(seed);
  let step = first;
  for (let remaining = maxNewTokens; remaining > 0; remaining--) {
    const seen = [...promptIds, ...answer.tokens];
    const id = sampleToken(step.logits.data as Float32Array, options, seen, random);
    if (eosTokenIds.includes(id)) return 'eos';
    const { text, stopped } = answer.push(id);
    yield { id, text };
    if (stopped) return 'stop';
    if ((session.lengths[0] as number) >= session.contextLength) return 'context';
    if (remaining > 1) step = await session.decode([[id]], { signal });
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
  end(): string {
    const last = this.#stops.push(this.#stream.end());
    const tail = last.stopped ? last.text : last.text + this.#stops.end();
    this.text += tail;
    return tail;
  }
}

function checkOptions(options: GenerateOptions): void {
  checkSampling(options);
  const { maxNewTokens = DEFAULT_NEW_TOKENS } = options;
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 0) {
    throw new GeodesicError(
      'sampling.option',
      `maxNewTokens must be a whole number of at least 0, not ${maxNewTokens}`,
    );
  }
}
