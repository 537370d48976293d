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
  { samples, confidence, seed }: BootstrapOptions,
): Estimate | undefined {
  const values = items.filter((value) => value !== null);
  if (values.length === 0) return undefined;
  const measure = statistics[statistic];
  const random = seededRandom(seed);
  const drawn = new Float64Array(values.length);
  const results = Float64Array.from({ length: samples }, () => {
    for (let i = 0; i < drawn.length; i++) {
      drawn[i] = values[Math.floor(random() * values.length)] as number;
    }
    return measure(drawn);
  }).sort();
  const tail = (1 - confidence) / 2;
  return {
    value: measure(Float64Array.from(values)),
    low: quantile(results, tail),
    high: quantile(results, 1 - tail),
    count: values.length,
  };
}

/** Linear between the two nearest of sorted values. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below] as number, sorted[Math.ceil(place)] as number];
  return low + (place - below) * (high - low);
}
