import { seededRandom } from '@geodesic/runtime';
import { type Statistic, statistics } from './statistic.js';

/** A figure with the interval that it lies in, over the items it was measured on. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Items that count. */
  readonly count: number;
}

export interface BootstrapOptions {
  readonly samples: number;
  /** Of the interval, such as 0.95. */
  readonly confidence: number;
  readonly seed: number;
}

/**
 * A statistic of one number an item, with its percentile bootstrap interval (Efron, 1979): items are drawn with replacement, as many as
 * there are, `samples` times; the interval leaves (1 − confidence) / 2 of the results out at each end.
 *
 * @param items null where an item does not count
 * @returns undefined where no item counts
 */
export function bootstrap(
  items: readonly (number | null)[],
  statistic: Statistic,
  options: BootstrapOptions,
): Estimate | undefined {
  const values = items.filter((value) => value !== null);
  return resample(values.length, drawnFrom(values, statistic), options);
}

/**
 * By how much a statistic is greater than that of other numbers of the same items, with its interval: what is drawn is an item with both
 * of its numbers, so that what makes an item hard for both does not widen it.
 *
 * @param others in the order of `items`; an item counts where it does in both
 * @returns undefined where no item counts
 */
export function bootstrapDifference(
  items: readonly (number | null)[],
  others: readonly (number | null)[],
  statistic: Statistic,
  options: BootstrapOptions,
): Estimate | undefined {
  const pairs = items.flatMap((item, i) => {
    const other = others[i] ?? null;
    return item === null || other === null ? [] : [{ item, other }];
  });
  const measure = drawnFrom(
    pairs.map(({ item }) => item),
    statistic,
  );
  const measureOther = drawnFrom(
    pairs.map(({ other }) => other),
    statistic,
  );
  return resample(pairs.length, (places) => measure(places) - measureOther(places), options);
}

/** A statistic of the values at some places. */
function drawnFrom(values: readonly number[], statistic: Statistic): (places: Uint32Array) => number {
  const drawn = new Float64Array(values.length);
  return (places) => {
    for (let i = 0; i < drawn.length; i++) drawn[i] = values[places[i] as number] as number;
    return statistics[statistic](drawn);
  };
}

function resample(
  count: number,
  measure: (places: Uint32Array) => number,
  { samples, confidence, seed }: BootstrapOptions,
): Estimate | undefined {
  if (count === 0) return undefined;
  const random = seededRandom(seed);
  const places = Uint32Array.from({ length: count }, (_, i) => i);
  const value = measure(places);
  const results = Float64Array.from({ length: samples }, () => {
    for (let i = 0; i < count; i++) places[i] = Math.floor(random() * count);
    return measure(places);
  }).sort();
  const tail = (1 - confidence) / 2;
  return { value, low: quantile(results, tail), high: quantile(results, 1 - tail), count };
}

/** Whether a figure and both ends of its interval are numbers that can be written. */
export function isFiniteEstimate({ value, low, high }: Estimate): boolean {
  return [value, low, high].every(Number.isFinite);
}

/** Linear between the two nearest of sorted values. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below] as number, sorted[Math.ceil(place)] as number];
  return low + (place - below) * (high - low);
}
