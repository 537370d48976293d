import { everyLogits, lastLogits } from '@geodesic/runtime';
import {
  type Comparison,
  comparePredictions,
  meanComparison,
  negativeLogLikelihood,
} from '../metrics/compare-predictions.js';
import { type PrefillFigures, prefillFigures, prefillSamples } from './prefill-figures.js';
import type { CellOf, ItemSource, TaskContext, TaskResult } from './task-run.js';
import { isBase, RunPair, type VariantRun } from './variant-run.js';

/** What a variant says of one passage. */
interface Prediction {
  /** Logits for the token behind the prompt, and for each of the suffix behind its first. */
  readonly logits: readonly Float32Array[];
  readonly memory: PrefillFigures;
}

/**
 * Compares what a variant predicts with what the base does. The first `length` tokens of a passage are the prompt, which merges;
 * the suffix enters behind it, unmerged, as tokens that are generated do. The token behind the prompt is the suffix's first, so
 * that `suffix` predictions need suffix − 1 of its tokens to be fed.
 */
export async function nextTokenTask(cell: CellOf<'nextToken'>, context: TaskContext): Promise<TaskResult> {
  const { length, variant } = cell;
  const { model, group } = context;
  const passages = group.items(() => nextTokenItems(cell, context));
  const runs = new RunPair(model, variant, 'following');
  try {
    const comparisons: PassageFigures[] = [];
    for (const [i, passage] of passages.entries()) {
      const reference = await group.base(i, () => predict(runs.base, passage, cell), bytesOf);
      const own = isBase(variant) ? reference : await predict(runs.variant, passage, cell);
      comparisons.push(figuresOf(reference, own, passage.slice(length)));
      await context.alive();
    }
    return { samples: samplesOf(comparisons) };
  } finally {
    runs.dispose();
  }
}

/** Prompts with their suffixes, as token ids. */
export function nextTokenItems(
  { length, task }: CellOf<'nextToken'>,
  { tokenizer, corpus, seed }: ItemSource,
): number[][] {
  return corpus.passages(tokenizer, task.passages, length + task.suffix, seed);
}

async function predict(
  run: VariantRun,
  passage: readonly number[],
  { length, variant }: CellOf<'nextToken'>,
): Promise<Prediction> {
  const step = await run.prefill(passage.slice(0, length));
  const memory = prefillFigures(run, step, variant, length);
  const logits = [lastLogits(step)];
  const suffix = passage.slice(length, -1);
  if (suffix.length > 0) logits.push(...everyLogits(await run.decode(suffix)));
  return { logits, memory };
}

/** What one passage adds to the samples. */
interface PassageFigures {
  readonly last: Comparison;
  readonly suffix: Comparison;
  readonly negativeLogLikelihood: number;
  readonly memory: PrefillFigures;
}

function figuresOf(base: Prediction, own: Prediction, suffix: readonly number[]): PassageFigures {
  const comparisons = base.logits.map((logits, i) =>
    comparePredictions(logits, own.logits[i] as Float32Array),
  );
  const losses = own.logits.map((logits, i) => negativeLogLikelihood(logits, suffix[i] as number));
  return {
    last: comparisons[0] as Comparison,
    suffix: meanComparison(comparisons),
    negativeLogLikelihood: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    memory: own.memory,
  };
}

function samplesOf(passages: readonly PassageFigures[]): TaskResult['samples'] {
  const last = (key: keyof Comparison) => passages.map((passage) => passage.last[key]);
  const suffix = (key: keyof Comparison) => passages.map((passage) => passage.suffix[key]);
  return {
    kl: last('kl'),
    top1: last('top1'),
    top3: last('top3'),
    top5: last('top5'),
    overlap5: last('overlap5'),
    suffixKl: suffix('kl'),
    suffixTop1: suffix('top1'),
    suffixTop3: suffix('top3'),
    suffixTop5: suffix('top5'),
    suffixOverlap5: suffix('overlap5'),
    perplexity: passages.map((passage) => passage.negativeLogLikelihood),
    ...prefillSamples(passages.map(({ memory }) => memory)),
  };
}

function bytesOf({ logits }: Prediction): number {
  return logits.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
