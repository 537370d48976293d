import { mergesOf, resolveMergeOptions, type SlerpMergeOptions } from '@geodesic/compiler';
import type { StepResult } from '@geodesic/runtime';
import type { Variant } from '../grid/cell.js';
import type { VariantRun } from './variant-run.js';

/** What a prefill costs and leaves, and how much of it was merged. */
export interface PrefillFigures {
  readonly kvBytes: number;
  readonly flops: number;
  /** Merged pairs (or larger groups) of those that the region of the first merge has room for; null where nothing can merge. */
  readonly pairsMerged: number | null;
}

/** Read right behind a prefill of one row. */
export function prefillFigures(
  run: VariantRun,
  step: StepResult,
  variant: Variant,
  length: number,
): PrefillFigures {
  return {
    kvBytes: run.kvCacheBytes,
    flops: run.flopsOf(step, length),
    pairsMerged: pairsMerged(step, variant, length),
  };
}

function pairsMerged({ merges: [first] }: StepResult, { merge }: Variant, length: number): number | null {
  if (merge === undefined || first === undefined) return null;
  const { group, keepStart, keepEnd } = resolveMergeOptions(mergesOf(merge)[0] as SlerpMergeOptions);
  const groups = Math.floor((length - keepStart - keepEnd) / group);
  if (!(groups > 0)) return null;
  return (first.rows[0] ?? []).filter(({ merged }) => merged).length / groups;
}

/** Read right behind a prefill of several rows: each has its own merges, and an equal share of the bytes, padding included. */
export function figuresOfRows(
  run: VariantRun,
  step: StepResult,
  variant: Variant,
  lengths: readonly number[],
): PrefillFigures[] {
  return lengths.map((length, row) => {
    const merges = step.merges.map(({ domain, rows }) => ({ domain, rows: [rows[row] ?? []] }));
    const figures = prefillFigures(run, { ...step, merges }, variant, length);
    return { ...figures, kvBytes: figures.kvBytes / lengths.length };
  });
}

/** Samples of a task whose items each had a prefill. */
export function prefillSamples(figures: readonly PrefillFigures[]): {
  kvBytes: number[];
  flops: number[];
  pairsMerged: (number | null)[];
} {
  return {
    kvBytes: figures.map(({ kvBytes }) => kvBytes),
    flops: figures.map(({ flops }) => flops),
    pairsMerged: figures.map(({ pairsMerged: share }) => share),
  };
}
