import { GeodesicError, written } from '@geodesic/compiler';
import { heapOfLargest } from './heap-of-largest.js';

/** Top-p sorts this many of the likeliest tokens at first: most often they are enough. */
const FIRST_SORTED = 256;

/** How many times more it sorts each time that they were not. */
const SORTED_GROWTH = 8;

/** How the next token is drawn. Without a temperature, or with 0, it is the likeliest one. */
export interface SamplingOptions {
  readonly temperature?: number;
  /** Only the k likeliest tokens, and those exactly as likely as the k-th. */
  readonly topK?: number;
  /** Only the likeliest tokens that together reach this probability (Holtzman et al., 2020). */
  readonly topP?: number;
  /** Only tokens of at least this share of the likeliest one's probability (Nguyen et al., 2024). */
  readonly minP?: number;
  /** Divides positive and multiplies negative logits of tokens that were there before (Keskar et al., 2019). */
  readonly repetitionPenalty?: number;
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
    throw new GeodesicError('sampling.option', `${key} must be ${range}, not ${written(value)}`);
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
 * @throws GeodesicError `sampling.option`; `sampling.logits` for NaN, Infinity, or −Infinity for every token
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  seen: Iterable<number>,
  random: () => number,
): number {
  checkSampling(options);
  const { temperature = 0, topK, topP, minP, repetitionPenalty } = options;
  const penalised = penaliseRepetition(logits, seen, repetitionPenalty);
  const likeliest = argmax(penalised);
  if (temperature === 0) return likeliest;
  const weights = weigh(penalised, penalised[likeliest] as number, temperature, topK);
  return draw(keepMinP(keepTopP(weights, topP), minP), random) ?? likeliest;
}

/**
 * Index of the largest logit; the first of equals.
 *
 * @throws GeodesicError `sampling.logits` for NaN, Infinity, or −Infinity for every token
 */
export function argmax(logits: Float32Array): number {
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    // False for NaN too.
    if (!(logit < Number.POSITIVE_INFINITY)) throw unusable(`the logit of token ${id} is ${logit}`);
    if (logit > largest) {
      largest = logit;
      best = id;
    }
  }
  if (largest === Number.NEGATIVE_INFINITY) throw unusable('no token has a logit above -Infinity');
  return best;
}

function unusable(what: string): GeodesicError {
  return new GeodesicError(
    'sampling.logits',
    `no token can be chosen: ${what}; try another backend, and report it if that one gives the same`,
  );
}

function penaliseRepetition(logits: Float32Array, seen: Iterable<number>, penalty = 1): Float32Array {
  if (penalty === 1) return logits;
  const penalised = logits.slice();
  // From the logits as they were: an id that was seen twice is penalised once.
  for (const id of seen) {
    const logit = logits[id] as number;
    penalised[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
  return penalised;
}

/** How likely each token is, the likeliest one 1; 0 for those that top-k leaves out. */
function weigh(
  logits: Float32Array,
  largest: number,
  temperature: number,
  topK = logits.length,
): Float64Array {
  const least = topK < logits.length ? (heapOfLargest(logits, topK)[0] as number) : Number.NEGATIVE_INFINITY;
  const weights = new Float64Array(logits.length);
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (logit >= least) weights[id] = Math.exp((logit - largest) / temperature);
  }
  return weights;
}

/** Sorts no more of the vocabulary than it needs: the likeliest few, and more only if they do not reach `topP`. */
function keepTopP(weights: Float64Array, topP = 1): Float64Array {
  if (topP >= 1) return weights;
  const target = topP * sum(weights);
  for (let count = FIRST_SORTED; ; count *= SORTED_GROWTH) {
    const sorted = heapOfLargest(weights, count).sort().reverse();
    const reached = countReaching(target, sorted);
    if (reached !== undefined) return keepLargest(weights, sorted.subarray(0, reached));
    if (sorted.length === weights.length) return weights;
  }
}

/** How many of the weights, from the first on, together reach the target; undefined if all do not. */
function countReaching(target: number, sorted: Float64Array): number | undefined {
  let total = 0;
  for (let i = 0; i < sorted.length; i++) {
    total += sorted[i] as number;
    if (total >= target) return i + 1;
  }
  return undefined;
}

/** Keeps the weights that are among the largest, given in order; of tokens equal to the least of them, the first. */
function keepLargest(weights: Float64Array, largest: Float64Array): Float64Array {
  const least = largest.at(-1) as number;
  let equals = largest.length - largest.indexOf(least);
  const kept = new Float64Array(weights.length);
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] as number;
    if (weight > least || (weight === least && equals-- > 0)) kept[id] = weight;
  }
  return kept;
}

/** Needs no order: the likeliest token's weight is 1. */
function keepMinP(weights: Float64Array, minP = 0): Float64Array {
  return minP === 0 ? weights : weights.map((weight) => (weight >= minP ? weight : 0));
}

/** Draws in proportion to weight; undefined where rounding lets the random number pass the last token. */
function draw(weights: Float64Array, random: () => number): number | undefined {
  let rest = random() * sum(weights);
  for (let id = 0; id < weights.length; id++) {
    rest -= weights[id] as number;
    if (rest < 0) return id;
  }
  return undefined;
}

function sum(weights: Float64Array): number {
  let total = 0;
  for (let id = 0; id < weights.length; id++) total += weights[id] as number;
  return total;
}
