import type { TaskKind } from '../grid/cell.js';
import type { Statistic } from './statistic.js';

/** What a number in a report is: how items become one figure, and which way is better. */
export interface Metric {
  readonly title: string;
  readonly tasks: readonly TaskKind[];
  readonly statistic: Statistic;
  readonly better: 'lower' | 'higher' | 'neither';
  readonly unit?: 'ms' | 'bytes' | 'tokens' | 'share' | 'nats' | 'FLOP';
}

const every: readonly TaskKind[] = ['nextToken', 'copy', 'recall', 'needle', 'answers', 'speed'];
const exact: readonly TaskKind[] = ['copy', 'recall', 'needle'];

const agreement = (title: string): Metric => ({
  title,
  tasks: ['nextToken'],
  statistic: 'mean',
  better: 'higher',
  unit: 'share',
});
const divergence = (title: string): Metric => ({
  title,
  tasks: ['nextToken'],
  statistic: 'mean',
  better: 'lower',
  unit: 'nats',
});
const time = (title: string): Metric => ({
  title,
  tasks: ['speed'],
  statistic: 'median',
  better: 'lower',
  unit: 'ms',
});
const timeRatio = (title: string): Metric => ({
  title,
  tasks: ['speed'],
  statistic: 'median',
  better: 'lower',
});
const ofAnswers = (title: string, statistic: Statistic, unit: 'share' | 'tokens'): Metric => ({
  title,
  tasks: ['answers'],
  statistic,
  better: 'neither',
  unit,
});

/** Every metric by the name that results and specs call it. The formulas are in docs/experiments.md. */
export const METRICS = {
  kl: divergence('KL(base ‖ variant), last token'),
  top1: agreement('top-1 agreement, last token'),
  top3: agreement('top-3 agreement, last token'),
  top5: agreement('top-5 agreement, last token'),
  overlap5: agreement('top-5 overlap, last token'),
  suffixKl: divergence('KL(base ‖ variant), suffix'),
  suffixTop1: agreement('top-1 agreement, suffix'),
  suffixTop3: agreement('top-3 agreement, suffix'),
  suffixTop5: agreement('top-5 agreement, suffix'),
  suffixOverlap5: agreement('top-5 overlap, suffix'),
  perplexity: { title: 'suffix perplexity', tasks: ['nextToken'], statistic: 'expMean', better: 'lower' },
  exact: { title: 'answers exact', tasks: exact, statistic: 'mean', better: 'higher', unit: 'share' },
  kept: {
    title: "exact, of the base's exact answers",
    tasks: exact,
    statistic: 'mean',
    better: 'higher',
    unit: 'share',
  },
  keptClear: {
    title: 'exact, of what the base answers clearly',
    tasks: exact,
    statistic: 'mean',
    better: 'higher',
    unit: 'share',
  },
  tokensRight: {
    title: 'answer tokens right',
    tasks: exact,
    statistic: 'mean',
    better: 'higher',
    unit: 'share',
  },
  ended: ofAnswers('answers that end', 'mean', 'share'),
  looped: ofAnswers('answers that loop', 'mean', 'share'),
  repeated: ofAnswers('repeated 4-grams', 'mean', 'share'),
  medianLength: ofAnswers('median answer length', 'median', 'tokens'),
  meanLength: ofAnswers('mean answer length', 'mean', 'tokens'),
  firstTokenMs: time('time to the first token'),
  prefillMs: time('prefill time'),
  decodeMs: time('decode time of a token'),
  firstTokenRatio: timeRatio('time to the first token, variant / base'),
  prefillRatio: timeRatio('prefill time, variant / base'),
  decodeRatio: timeRatio('decode time, variant / base'),
  flops: {
    title: 'FLOPs of the prefill',
    tasks: every,
    statistic: 'mean',
    better: 'lower',
    unit: 'FLOP',
  },
  kvBytes: {
    title: 'KV bytes behind the prefill',
    tasks: every,
    statistic: 'mean',
    better: 'lower',
    unit: 'bytes',
  },
  pairsMerged: {
    title: 'pairs merged, of those that could be',
    tasks: every,
    statistic: 'mean',
    better: 'neither',
    unit: 'share',
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** One number an item of each metric that a task measured; null where an item does not count. */
export type Samples = Partial<Record<MetricName, (number | null)[]>>;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}
