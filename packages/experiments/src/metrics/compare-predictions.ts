import { klOfLogProbabilities, logSoftmax, topTokens } from '@geodesic/runtime';

/** How a variant's prediction of one token compares with the base's. */
export interface Comparison {
  /** KL(base ‖ variant) = Σ p log(p / q) over the vocabulary, in nats. */
  readonly kl: number;
  /** 1 where the base's likeliest token is among the variant's 1, 3 or 5 likeliest. */
  readonly top1: number;
  readonly top3: number;
  readonly top5: number;
  /** Share of the base's 5 likeliest tokens that are among the variant's. */
  readonly overlap5: number;
}

/** @param base and `variant`: logits of the same position */
export function comparePredictions(base: Float32Array, variant: Float32Array): Comparison {
  const likeliest = topTokens(base, 5);
  const candidates = topTokens(variant, 5);
  const first = likeliest[0] as number;
  const among = (count: number) => (candidates.slice(0, count).includes(first) ? 1 : 0);
  return {
    kl: klOfLogProbabilities(logSoftmax(base), logSoftmax(variant)),
    top1: among(1),
    top3: among(3),
    top5: among(5),
    overlap5: likeliest.filter((id) => candidates.includes(id)).length / likeliest.length,
  };
}

/** −log of the probability that logits give to a token. */
export function negativeLogLikelihood(logits: Float32Array, token: number): number {
  return -(logSoftmax(logits)[token] as number);
}

/** The mean of each figure over several positions. */
export function meanComparison(comparisons: readonly Comparison[]): Comparison {
  const meanOf = (key: keyof Comparison) =>
    comparisons.reduce((sum, comparison) => sum + comparison[key], 0) / comparisons.length;
  return {
    kl: meanOf('kl'),
    top1: meanOf('top1'),
    top3: meanOf('top3'),
    top5: meanOf('top5'),
    overlap5: meanOf('overlap5'),
  };
}
