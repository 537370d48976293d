import { GeodesicError, type SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { CalibrationRuns } from './calibration-runs.js';
import type { MergeBudget } from './merge-budget.js';
import { type MergeCandidate, mergeCandidates, worthMeasuring } from './merge-candidates.js';

/** The merge that a budget chose, and what it was measured to do. */
export interface PickedMerge extends MergeCandidate {
  /** KL(base ‖ merged) in nats, the mean over tokens behind the calibration's prompts. */
  readonly kl: number;
}

export interface PickMergeOptions {
  /** Merge options that are not to be chosen. */
  readonly merge?: Partial<SlerpMergeOptions>;
  /** Tokens of the calibration's prompts; default 256, or half of the context if that is less. */
  readonly length?: number;
  /** How many prompts; default 6. */
  readonly passages?: number;
  /** Called before each candidate that is measured. */
  readonly onCandidate?: (candidate: MergeCandidate, index: number, count: number) => void;
}

/**
 * Picks layer, ratio and kept end of a merge by a budget. Divergence is measured on passages of the `train` side of the presidents'
 * addresses, against the model as it is; speed and KV bytes are the cost model's for what these passages leave. With a bound of
 * divergence the merge that saves most arithmetic within it is taken, without one the merge that diverges least.
 *
 * @throws GeodesicError `merge.budget` where nothing keeps the budget, with what comes nearest
 */
export async function pickMerge(
  model: LanguageModel,
  budget: MergeBudget,
  options: PickMergeOptions = {},
): Promise<PickedMerge> {
  const { merge = {}, passages = 6, onCandidate } = options;
  const { length = Math.min(256, Math.floor(model.config.maxPositionEmbeddings / 2)) } = options;
  const runs = await CalibrationRuns.begin(withTokenizer(model), merge, { length, passages });
  const candidates = mergeCandidates(runs, merge);
  const measured = worthMeasuring(candidates, budget);
  if (measured.length === 0) throw savesTooLittle(candidates);
  let best: PickedMerge | undefined;
  for (const [i, candidate] of measured.entries()) {
    onCandidate?.(candidate, i, measured.length);
    const picked = { ...candidate, kl: await runs.divergence(candidate.merge) };
    if (budget.kl !== undefined && picked.kl <= budget.kl) return picked;
    if (best === undefined || picked.kl < best.kl) best = picked;
  }
  if (budget.kl === undefined) return best as PickedMerge;
  throw new GeodesicError(
    'merge.budget',
    `no merge keeps the budget: the least KL of those that save enough is ${best?.kl.toPrecision(3)}, after layer ${best?.merge.afterLayer}; allow more`,
  );
}

function withTokenizer(model: LanguageModel): LanguageModel & { readonly tokenizer: Tokenizer } {
  if (model.tokenizer !== undefined) return model as LanguageModel & { readonly tokenizer: Tokenizer };
  throw new GeodesicError(
    'merge.budget',
    'a merge budget needs a model with a tokenizer, to read passages with',
  );
}

function savesTooLittle(candidates: readonly MergeCandidate[]): GeodesicError {
  const speed = Math.max(...candidates.map((candidate) => candidate.speed));
  const kv = Math.min(...candidates.map((candidate) => candidate.kv));
  return new GeodesicError(
    'merge.budget',
    `no merge keeps the budget: the most that one merge saves here is a speed of ${speed.toFixed(2)} and a KV share of ${kv.toFixed(2)}; ask for less`,
  );
}
