import { mergeOptionsOf } from '@geodesic/compiler';
import type { BaselineName, Spec } from '../spec/spec-schema.js';
import type { Variant } from './cell.js';
import { behindLayers, labelWith, type MergeChoice } from './merge-choice.js';
import { mergeIdentity } from './merge-identity.js';

export const BASELINE_LABELS: Readonly<Record<BaselineName, string>> = {
  drop: 'drop the first of each pair',
  mean: 'mean of each pair',
  middle: 'cut out the middle',
  'key-norm': 'evict the longest keys',
  reference: "the article's code",
  'no-context': 'no context after the layer',
  'one-token-less': 'one token of the passage less',
};

/** What a baseline does instead of the merge beside it; nothing where it only changes the prompt. */
const INSTEAD: Readonly<Record<BaselineName, MergeChoice | undefined>> = {
  drop: { interpolation: 'drop' },
  mean: { interpolation: 'mean' },
  middle: { evict: 'middle' },
  'key-norm': { evict: 'key-norm' },
  // The article's code kept neither end.
  reference: { interpolation: 'reference', keepStart: 0, keepEnd: 0 },
  'no-context': { evict: 'all' },
  'one-token-less': undefined,
};

/** Whether a variant's baseline, if it is one, is the model as it is, asked with a token of a needle's passage less: so it is for needles alone, and has no layer. */
export function leavesTokenOut(baseline: BaselineName | undefined): boolean {
  return baseline !== undefined && INSTEAD[baseline] === undefined;
}

/** Baselines that are the same beside every merge. */
const ALONE: ReadonlySet<BaselineName> = new Set<BaselineName>(['reference', 'no-context']);

/** A baseline beside the merges of a spec: with the options that decide on the number of slots, for each set of these once. */
export function baselineVariants(
  baseline: BaselineName,
  merges: Spec['merges'],
  layers: readonly number[],
): Variant[] {
  const instead = INSTEAD[baseline];
  if (instead === undefined) return [{ label: BASELINE_LABELS[baseline], baseline }];
  const distinct = new Map<string, Variant>();
  for (const options of slotOptionsBeside(baseline, merges)) {
    const label = labelWith(BASELINE_LABELS[baseline], options);
    for (const { layer, merge } of behindLayers({ ...options, ...instead }, layers)) {
      const identity = mergeIdentity(merge);
      if (distinct.has(identity)) continue;
      distinct.set(identity, { label, ...(layer !== undefined && { layer }), merge, baseline });
    }
  }
  return [...distinct.values()];
}

function slotOptionsBeside(baseline: BaselineName, merges: Spec['merges']): MergeChoice[] {
  // What is a baseline itself needs none.
  const compared = merges.filter(({ interpolation, evict }) => interpolation !== 'reference' && !evict);
  if (ALONE.has(baseline) || compared.length === 0) return [{}];
  return compared.map((merge) =>
    Object.fromEntries(
      mergeOptionsOf('slots')
        .filter((key) => merge[key] !== undefined)
        .map((key) => [key, merge[key]]),
    ),
  );
}
