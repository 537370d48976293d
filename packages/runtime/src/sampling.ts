import { GeodesicError } from '@geodesic/compiler';

/** How the next token is drawn. Without a temperature, or with 0, it is the likeliest one. */
export interface SamplingOptions {
  readonly temperature?: number;
  /** Only the k likeliest tokens. */
  readonly topK?: number;
  /** Only the likeliest tokens that together reach this probability (Holtzman et al., 2020). */
  readonly topP?: number;
  /** Only tokens of at least this share of the likeliest one's probability (Nguyen et al., 2024). */
  readonly minP?: number;
  /** Divides positive and multiplies negative logits of tokens that were there before (Keskar et al., 2019). */
  readonly repetitionPenalty?: number;
}

/** A token with its probability before it is drawn. */
interface Candidate {
  readonly id: number;
  readonly probability: number;
}

/**
 * Checks sampling options.
 *
 * @throws GeodesicError `sampling.option` naming the option and its range
 */
export function checkSampling(options: SamplingOptions): void {
  const check = (key: keyof SamplingOptions, valid: (value: number) => boolean, range: string) => {
    const value = options[key];
    if (value === undefined || (Number.isFinite(value) && valid(value))) return;
    throw new GeodesicError('sampling.option', `${key} must be ${range}, not ${value}`);
  };
  check('temperature', (value) => value >= 0, 'at least 0');
  check('topK', (value) => Number.isInteger(value) && value >= 1, 'a whole number of at least 1');
  check('topP', (value) => value > 0 && value <= 1, 'above 0 and at most 1');
  check('minP', (value) => value >= 0 && value <= 1, 'between 0 and 1');
  check('repetitionPenalty', (value) => value > 0, 'above 0');
}

/**
 * Draws the next token. The steps and their order are those of Hugging Face's logits processors: repetition penalty,
 * temperature, top-k, top-p, min-p.
 *
 * @param logits of the whole vocabulary; left as they are
 * @param seen ids that the repetition penalty applies to
 * @param random numbers in [0, 1)
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  seen: Iterable<number>,
  random: () => number,
): number {
  const penalised = penaliseRepetition(logits, seen, options.repetitionPenalty ?? 1);
  const temperature = options.temperature ?? 0;
  if (temperature === 0) return argmax(penalised);
  return draw(
    keepMinP(keepTopP(candidates(penalised, temperature, options.topK), options.topP), options.minP),
    random,
  );
}

/** Index of the largest logit; the first of equals. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
}

function penaliseRepetition(logits: Float32Array, seen: Iterable<number>, penalty: number): Float32Array {
  if (penalty === 1) return logits;
  const penalised = logits.slice();
  for (const id of new Set(seen)) {
    const logit = penalised[id] as number;
    penalised[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
  return penalised;
}

/** The likeliest tokens first, with their probabilities at a temperature. */
function candidates(logits: Float32Array, temperature: number, topK = logits.length): Candidate[] {
  const order = Uint32Array.from(logits, (_, id) => id).sort(
    (a, b) => (logits[b] as number) - (logits[a] as number),
  );
  const kept = Array.from(order.subarray(0, topK));
  const largest = logits[kept[0] as number] as number;
  return normalised(
    kept.map((id) => ({ id, probability: Math.exp(((logits[id] as number) - largest) / temperature) })),
  );
}

function keepTopP(tokens: readonly Candidate[], topP = 1): readonly Candidate[] {
  if (topP >= 1) return tokens;
  let total = 0;
  const end = tokens.findIndex(({ probability }) => {
    total += probability;
    return total >= topP;
  });
  return normalised(tokens.slice(0, end < 0 ? tokens.length : end + 1));
}

function keepMinP(tokens: readonly Candidate[], minP = 0): readonly Candidate[] {
  const threshold = minP * (tokens[0]?.probability ?? 0);
  return normalised(tokens.filter(({ probability }) => probability >= threshold));
}

function normalised(tokens: readonly Candidate[]): Candidate[] {
  const total = tokens.reduce((sum, { probability }) => sum + probability, 0);
  return tokens.map(({ id, probability }) => ({ id, probability: probability / total }));
}

function draw(tokens: readonly Candidate[], random: () => number): number {
  let rest = random();
  for (const { id, probability } of tokens) {
    rest -= probability;
    if (rest < 0) return id;
  }
  return (tokens.at(-1) as Candidate).id;
}
