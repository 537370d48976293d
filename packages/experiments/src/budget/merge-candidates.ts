import { DEFAULT_MERGE, type SlerpMergeOptions } from '@geodesic/compiler';
import { PrefillCost } from '../tasks/prefill-cost.js';
import type { CalibrationRuns } from './calibration-runs.js';
import type { MergeBudget } from './merge-budget.js';

/** A merge that a budget may choose, with what it saves by the cost model. */
export interface MergeCandidate {
  readonly merge: SlerpMergeOptions;
  /** Base over merged FLOPs of a prefill. */
  readonly speed: number;
  /** Merged over base KV bytes. */
  readonly kv: number;
}

/** Layers as shares of the depth, shares of the groups that are merged, tokens kept at the end. */
const DEPTHS = [1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6];
const RATIOS = [1, 0.75, 0.5];
const KEPT_ENDS = [16, 32, 64];

/** Every merge that may be chosen, for prompts as long as those of the runs. */
export function mergeCandidates(
  runs: CalibrationRuns,
  options: Partial<SlerpMergeOptions>,
): MergeCandidate[] {
  const { model, length } = runs;
  const { definition, config } = model;
  const { group = DEFAULT_MERGE.group } = options;
  const base = new PrefillCost(definition, undefined).costOf(length, length);
  const layers = new Set(DEPTHS.map((share) => Math.floor(share * config.numHiddenLayers)));
  return [...layers].flatMap((afterLayer) =>
    RATIOS.flatMap((ratio) =>
      KEPT_ENDS.map((keepEnd) => {
        const merge = { ...options, afterLayer, ratio, keepEnd };
        const merged = Math.round(ratio * runs.groupsBefore(length - keepEnd));
        const slots = length - merged * (group - 1);
        const cost = new PrefillCost(definition, merge).costOf(slots, length);
        return { merge, speed: base.flops / cost.flops, kv: cost.kvCacheBytes / base.kvCacheBytes };
      }),
    ),
  );
}

/**
 * The candidates that are worth measuring, in the order to do so. Where divergence is bounded, those that save more come first, and the
 * first that keeps the bound is taken; where only savings are asked for, what saves no more than it must of each layer and kept end.
 */
export function worthMeasuring(candidates: readonly MergeCandidate[], budget: MergeBudget): MergeCandidate[] {
  const enough = candidates
    .filter(({ speed, kv }) => speed > 1 && speed >= (budget.speed ?? 0) && kv <= (budget.kv ?? 1))
    .sort((a, b) => b.speed - a.speed);
  if (budget.kl !== undefined) return enough;
  const least = new Map(enough.map((one) => [`${one.merge.afterLayer} ${one.merge.keepEnd}`, one]));
  return [...least.values()];
}
