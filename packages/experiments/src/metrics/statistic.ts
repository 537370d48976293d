/** How one number an item becomes one number. */
export const statistics = {
  mean,
  median,
  /** exp of the mean: a perplexity from mean negative log likelihoods, a geometric mean from logarithms. */
  expMean: (values: Float64Array) => Math.exp(mean(values)),
} as const satisfies Record<string, (values: Float64Array) => number>;

export type Statistic = keyof typeof statistics;

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
