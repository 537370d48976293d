import { readFileSync } from 'node:fs';
import { klDivergence } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { bootstrap, type Estimate } from './bootstrap.js';
import { comparePredictions, negativeLogLikelihood } from './compare-predictions.js';
import { LOOP_SHARE, repeatedShare } from './repetition.js';
import type { Statistic } from './statistic.js';

/** From the definitions, by numpy and torch; see test/oracle/experiment_metrics.py. */
const golden = JSON.parse(
  readFileSync(new URL('../../../../test/goldens/experiment-metrics.json', import.meta.url), 'utf8'),
) as {
  readonly bootstrap: readonly {
    readonly name: string;
    readonly statistic: Statistic;
    readonly items: readonly (number | null)[];
    readonly samples: number;
    readonly confidence: number;
    readonly seed: number;
    readonly estimate: Estimate | null;
  }[];
  readonly predictions: readonly {
    readonly base: readonly number[];
    readonly variant: readonly number[];
    readonly kl: number;
    readonly reverseKl: number;
    readonly top1: number;
    readonly top3: number;
    readonly top5: number;
    readonly overlap5: number;
    readonly token: number;
    readonly loss: number;
  }[];
  readonly repetition: readonly {
    readonly tokens: readonly number[];
    readonly repeated: number;
    readonly looped: number;
  }[];
  readonly perplexity: number;
};

it.each(golden.bootstrap)(
  'the interval of $name, $statistic',
  ({ items, statistic, estimate, ...options }) => {
    const found = bootstrap(items, statistic, options);
    if (estimate === null || found === undefined) {
      expect(found ?? null).toBe(estimate);
      return;
    }
    expect(found.count).toBe(estimate.count);
    for (const key of ['value', 'low', 'high'] as const) {
      // numpy adds in another order.
      expect(Math.abs(found[key] - estimate[key]), key).toBeLessThan(1e-12 * Math.max(1, estimate[key]));
    }
  },
);

it.each(golden.predictions)('how predictions compare: KL $kl', ({ base, variant, token, ...expected }) => {
  const [own, other] = [Float32Array.from(base), Float32Array.from(variant)];
  const { kl, ...agreement } = comparePredictions(own, other);
  expect(kl).toBeCloseTo(expected.kl, 12);
  expect(klDivergence(other, own)).toBeCloseTo(expected.reverseKl, 12);
  expect(agreement).toEqual({
    top1: expected.top1,
    top3: expected.top3,
    top5: expected.top5,
    overlap5: expected.overlap5,
  });
  expect(negativeLogLikelihood(other, token)).toBeCloseTo(expected.loss, 12);
});

it('the perplexity of all of them', () => {
  const losses = golden.predictions.map(({ variant, token }) =>
    negativeLogLikelihood(Float32Array.from(variant), token),
  );
  const found = bootstrap(losses, 'expMean', { samples: 1, confidence: 0.95, seed: 0 });
  expect(found?.value).toBeCloseTo(golden.perplexity, 10);
});

it.each(golden.repetition)('what is repeated of $tokens', ({ tokens, repeated, looped }) => {
  const share = repeatedShare(tokens);
  expect(share).toBeCloseTo(repeated, 12);
  expect(Number(share > LOOP_SHARE)).toBe(looped);
});
